import { Duration, Stack } from 'aws-cdk-lib';
import { Rule } from 'aws-cdk-lib/aws-events';
import { ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { SqsEventSource } from 'aws-cdk-lib/aws-lambda-event-sources';
import { EventType } from 'aws-cdk-lib/aws-s3';
import { SqsDestination } from 'aws-cdk-lib/aws-s3-notifications';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { allowBelow } from './allow-below.ts';
import { type BucketPlace, batchDefaults, checkInbox, type InboxProps, prefixOf } from './inbox-props.ts';
import { addQueues, type QueueAlarms } from './inbox-queues.ts';
import type { SelfRecursiveFunction } from './self-recursive-function.ts';

/** What has landed waits for so long that more of it comes to one invocation. */
const BATCHING_WINDOW = Duration.seconds(2);

/** Deliveries at once: 2 to 1,000 (Lambda developer guide, "Configuring maximum concurrency for SQS event sources"). */
const CONCURRENCY = { least: 2, most: 1_000 };

const uriOf = (place: BucketPlace): string => place.bucket.s3UrlForObject(prefixOf(place));

/** In a wildcard of EventBridge a star is any text, and has to be escaped where it is none. */
const literal = (text: string): string => text.replaceAll(/[\\*]/g, (character) => `\\${character}`);

const patternOf = (props: InboxProps) => {
  const { bucket, suffixes = [] } = props;
  const prefix = prefixOf(props);
  const keys =
    suffixes.length > 0
      ? suffixes.map((suffix) => ({ wildcard: `${literal(prefix)}*${literal(suffix)}` }))
      : prefix !== '' && [{ prefix }];
  return {
    source: ['aws.s3'],
    detailType: ['Object Created'],
    detail: { bucket: { name: [bucket.bucketName] }, ...(keys && { object: { key: keys } }) },
  };
};

/**
 * Objects that land below a prefix of a bucket are worked on by a function: S3 tells a queue, the queue the function,
 * and what fails comes back until it is put into a dead-letter queue.
 *
 *     new Inbox(this, 'Photos', { function: fn, bucket, prefix: 'in/', results: { bucket, prefix: 'out/' } });
 *
 * - The queue hides messages for six times the function's time-out and the batching window, as AWS advises.
 *   https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html
 * - Deliveries at once are as many as trees of them have room in the function's slots.
 * - Both queues are encrypted with one key, take messages over TLS alone, and have an alarm: on anything in the
 *   dead-letter queue, and on a message that has waited for longer than all its tries take.
 *
 * @throws ConfigurationError for a configuration in which results would land in the inbox, and for a second inbox of
 *   one function.
 */
export class Inbox extends Construct {
  readonly queue: Queue;
  /** What failed in all its tries: the messages, as S3 sent them. */
  readonly deadLetters: Queue;
  readonly alarms: QueueAlarms;

  constructor(scope: Construct, id: string, props: InboxProps) {
    super(scope, id);
    checkInbox(this.node.path, props);
    const { function: fn, results = props, options, alarmActions = [] } = props;
    const { batchSize, tries } = { ...batchDefaults, ...props };
    // its mark
    new Construct(fn, 'Inbox');

    const timeoutSeconds = fn.function.timeout?.toSeconds() ?? 3;
    const visibilitySeconds = 6 * timeoutSeconds + BATCHING_WINDOW.toSeconds();
    const queues = addQueues(this, { visibilitySeconds, tries, alarmActions });
    this.queue = queues.queue;
    this.deadLetters = queues.deadLetters;
    this.alarms = queues.alarms;

    this.listen(props);
    const { maxWork, slots } = fn.shape;
    const invocationsOfOne = Math.min(slots, Math.ceil(batchSize / maxWork));
    fn.alias.addEventSource(
      new SqsEventSource(this.queue, {
        batchSize,
        maxBatchingWindow: BATCHING_WINDOW,
        reportBatchItemFailures: true,
        maxConcurrency: Math.min(
          CONCURRENCY.most,
          Math.max(CONCURRENCY.least, Math.floor(slots / invocationsOfOne)),
        ),
      }),
    );
    fn.addEnvironment('INBOX', uriOf(props));
    if (props.results) fn.addEnvironment('INBOX_RESULTS', uriOf(props.results));
    if (options) fn.addEnvironment('INBOX_OPTIONS', JSON.stringify(options));
    this.allow(fn, props, results);
  }

  /** Has S3 tell the queue. */
  private listen(props: InboxProps): void {
    const { bucket, suffixes = [], events = 'eventbridge' } = props;
    switch (events) {
      case 'eventbridge': {
        // the CDK's own target lets rules of all accounts send to a queue that has a key
        const conditions = { StringEquals: { 'aws:SourceAccount': Stack.of(this).account } };
        this.queue.grantSendMessages(new ServicePrincipal('events.amazonaws.com', { conditions }));
        new Rule(this, 'Rule', {
          description: `What lands in ${this.node.path}`,
          eventPattern: patternOf(props),
          targets: [{ bind: () => ({ arn: this.queue.queueArn }) }],
        });
        return;
      }
      case 's3': {
        const prefix = prefixOf(props);
        const filters = suffixes.length > 0 ? suffixes.map((suffix) => ({ prefix, suffix })) : [{ prefix }];
        const destination = new SqsDestination(this.queue);
        for (const filter of filters)
          bucket.addEventNotification(EventType.OBJECT_CREATED, destination, filter);
        return;
      }
      default:
        events satisfies never;
    }
  }

  /** To read what lands, and write what comes of it. */
  private allow(fn: SelfRecursiveFunction, inbox: BucketPlace, results: BucketPlace): void {
    allowBelow(fn.role, inbox.bucket, prefixOf(inbox), ['s3:GetObject', 's3:ListBucket']);
    allowBelow(fn.role, results.bucket, prefixOf(results), ['s3:PutObject']);
    inbox.bucket.encryptionKey?.grantDecrypt(fn.role);
    results.bucket.encryptionKey?.grantEncrypt(fn.role);
  }
}
