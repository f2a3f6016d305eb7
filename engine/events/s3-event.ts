import * as z from 'zod';
import { decodeKey, parseJson } from '../../platform/index.ts';

/** An object that has come to be; its key is as it is, not encoded. */
export interface CreatedObject {
  readonly bucket: string;
  readonly key: string;
}

/**
 * A notification of S3 to SQS, SNS or Lambda: its keys are URL-encoded, with `+` for a space. Source: Amazon S3 user
 * guide, "Event message structure".
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-content-structure.html
 */
const notificationSchema = z.object({
  Records: z
    .array(
      z.object({
        eventSource: z.literal('aws:s3'),
        eventName: z.string(),
        s3: z.object({ bucket: z.object({ name: z.string() }), object: z.object({ key: z.string() }) }),
      }),
    )
    .min(1),
});

/** What S3 sends once, when a notification is set up. */
const testSchema = z.object({ Service: z.string(), Event: z.literal('s3:TestEvent') });

/**
 * An event of S3 through EventBridge: its key is not encoded. Source: Amazon S3 user guide, "EventBridge event message
 * structure". https://docs.aws.amazon.com/AmazonS3/latest/userguide/ev-events.html
 */
const bridgeSchema = z.object({
  source: z.literal('aws.s3'),
  'detail-type': z.string(),
  detail: z.object({ bucket: z.object({ name: z.string() }), object: z.object({ key: z.string() }) }),
});

/** A message of SNS that carries one of them. */
const topicSchema = z.object({ Type: z.literal('Notification'), Message: z.string() });

/**
 * The objects that an event of S3 says have come to be: none for deletions, and everything else that S3 tells of.
 * Undefined for what is no event of S3.
 */
export const createdObjects = (event: unknown): readonly CreatedObject[] | undefined => {
  if (typeof event !== 'object' || event === null) return undefined;
  const notification = notificationSchema.safeParse(event).data;
  if (notification) {
    return notification.Records.filter(({ eventName }) => /^(?:s3:)?ObjectCreated:/.test(eventName)).map(
      ({ s3: { bucket, object } }) => ({ bucket: bucket.name, key: decodeKey(object.key) }),
    );
  }
  const bridged = bridgeSchema.safeParse(event).data;
  if (bridged) {
    const { bucket, object } = bridged.detail;
    return bridged['detail-type'] === 'Object Created' ? [{ bucket: bucket.name, key: object.key }] : [];
  }
  if (testSchema.safeParse(event).success) return [];
  const topic = topicSchema.safeParse(event).data;
  return topic && createdObjects(parseJson(topic.Message));
};
