import * as z from 'zod';
import { parseJson } from '../../platform/index.ts';
import { type CreatedObject, createdObjects } from './s3-event.ts';

/** A message of a queue, and the objects that it tells of; undefined where it tells of none that is understood. */
export interface Delivered {
  readonly messageId: string;
  readonly objects: readonly CreatedObject[] | undefined;
}

/**
 * What a function answers a queue with: the messages that come back. Source: Lambda developer guide, "Handling errors
 * for an SQS event source", partial batch responses.
 * https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html
 */
export interface SqsReply {
  readonly batchItemFailures: readonly { readonly itemIdentifier: string }[];
}

const sqsSchema = z.object({
  Records: z
    .array(z.object({ eventSource: z.literal('aws:sqs'), messageId: z.string(), body: z.string() }))
    .min(1),
});

/** Reads what an event source mapping delivers from a queue; undefined for any other event. */
export const readSqsEvent = (event: unknown): readonly Delivered[] | undefined =>
  sqsSchema
    .safeParse(event)
    .data?.Records.map(({ messageId, body }) => ({ messageId, objects: createdObjects(parseJson(body)) }));

/** Has these messages come back, and the others removed. */
export const sqsReply = (failed: Iterable<string>): SqsReply => ({
  batchItemFailures: [...failed].map((itemIdentifier) => ({ itemIdentifier })),
});
