import { Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import {
  Alarm,
  ComparisonOperator,
  type IAlarmAction,
  type IMetric,
  Stats,
  TreatMissingData,
} from 'aws-cdk-lib/aws-cloudwatch';
import { Rule } from 'aws-cdk-lib/aws-events';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Key } from 'aws-cdk-lib/aws-kms';
import { SqsEventSource } from 'aws-cdk-lib/aws-lambda-event-sources';
import { type Bucket, EventType, type IBucket } from 'aws-cdk-lib/aws-s3';
import { SqsDestination } from 'aws-cdk-lib/aws-s3-notifications';
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { ConfigurationError } from '../../platform/index.ts';
import type { SelfRecursiveFunction } from './self-recursive-function.ts';

/** A prefix of a bucket: empty for all of it, or with a slash at its end. */
export interface BucketPlace {
  /** (Under exactOptionalPropertyTypes the CDK's own class is not of its interface.) */
  readonly bucket: IBucket | Bucket;
  readonly prefix?: string;
}

export interface InboxProps extends BucketPlace {
  /** Works on what lands; its handler answers events (`withEvents`). A function has one inbox. */
  readonly function: SelfRecursiveFunction;
  /** What keys end with, one of several, in this case of letters. Default: anything lands. */
  readonly suffixes?: readonly string[];
  /** Where results go: `<key below the prefix>.<function>.json`. Default: beside the objects. */
  readonly results?: BucketPlace;
  /** Other places that the function writes to; none may be in the inbox. Default none. */
  readonly writes?: readonly BucketPlace[];
  /** Of every request. Default none. */
  readonly options?: Readonly<Record<string, unknown>>;
  /**
   * By what S3 tells of objects: `eventbridge`, which the bucket has to be set up for (`eventBridgeEnabled`, or "Send
   * notifications to Amazon EventBridge" in its properties), and of which several inboxes may have the same objects; or
   * `s3`, the bucket's own notifications, of which only one may. Default `eventbridge`.
   */
  readonly events?: 'eventbridge' | 's3';
  /** Objects that come to one invocation, which shares them out: 1 to 10,000. Default 100. */
  readonly batchSize?: number;
  /** Times that an object is tried before it is put aside: 1 to 1,000. Default 5, the least that AWS advises. */
  readonly tries?: number;
  /** What alarms do. Default nothing but show. */
  readonly alarmActions?: readonly IAlarmAction[];
}

/** What has landed waits for so long that more of it comes to one invocation. */
const BATCHING_WINDOW = Duration.seconds(2);

/** Deliveries at once: 2 to 1,000 (Lambda developer guide, "Configuring maximum concurrency for SQS event sources"). */
const CONCURRENCY = { least: 2, most: 1_000 };

/** The longest that a queue keeps messages: who looks into the dead-letter queue has two weeks (SQS quotas). */
const RETENTION_MAX = Duration.days(14);

const prefixOf = ({ prefix = '' }: BucketPlace): string => prefix;

const uriOf = (place: BucketPlace): string => place.bucket.s3UrlForObject(prefixOf(place));

const below = (place: BucketPlace): string => place.bucket.arnForObjects(`${prefixOf(place)}*`);

/** Whether all of one place is in the other; buckets are the same by name, or as one construct. */
const isInside = (inner: BucketPlace, outer: BucketPlace): boolean =>
  (inner.bucket === outer.bucket || inner.bucket.bucketName === outer.bucket.bucketName) &&
  prefixOf(inner).startsWith(prefixOf(outer));

const check = (inbox: Inbox, props: InboxProps): void => {
  const refuse = (name: string, expected: string, received: unknown): never => {
    throw new ConfigurationError(
      `${inbox.node.path}: ${name}: expected ${expected}, received ${JSON.stringify(received)}`,
    );
  };
  const { function: fn, results, writes = [], suffixes, batchSize = 100, tries = 5 } = props;
  for (const [name, place] of Object.entries({ prefix: props, 'results.prefix': results })) {
    const prefix = place && prefixOf(place);
    if (prefix && !prefix.endsWith('/')) refuse(name, 'a slash at its end', prefix);
  }
  if (fn.node.tryFindChild('Inbox')) refuse('function', 'one that has no inbox yet', fn.node.id);
  if (!(Number.isInteger(batchSize) && batchSize >= 1 && batchSize <= 10_000)) {
    refuse('batchSize', 'a whole number from 1 to 10000', batchSize);
  }
  if (!(Number.isInteger(tries) && tries >= 1 && tries <= 1_000)) {
    refuse('tries', 'a whole number from 1 to 1000', tries);
  }
  // results that lie beside objects would land themselves, and those of several functions on each other
  if (!results && !suffixes?.length) {
    refuse('suffixes', 'some, where results lie beside objects (or a place for results)', suffixes);
  }
  const ofResults = suffixes?.find((suffix) => '.json'.endsWith(suffix) || suffix.endsWith('.json'));
  if (!results && ofResults !== undefined) {
    refuse('suffixes', 'none that results have, which lie beside the objects', ofResults);
  }
  const looping = [...(results ? [results] : []), ...writes].find((place) => isInside(place, props));
  if (looping) {
    refuse('prefix', 'one below which nothing else is written, or it would never come to an end', {
      prefix: prefixOf(props),
      written: prefixOf(looping),
    });
  }
};

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
  readonly key: Key;
  readonly alarms: { readonly deadLetters: Alarm; readonly age: Alarm };

  constructor(scope: Construct, id: string, props: InboxProps) {
    super(scope, id);
    check(this, props);
    const { function: fn, batchSize = 100, tries = 5, results = props, options, alarmActions = [] } = props;
    // its mark
    new Construct(fn, 'Inbox');

    const timeoutSeconds = fn.function.timeout?.toSeconds() ?? 3;
    const visibilitySeconds = 6 * timeoutSeconds + BATCHING_WINDOW.toSeconds();
    this.key = new Key(this, 'Key', {
      description: `Messages of ${this.node.path}`,
      enableKeyRotation: true,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    const common = { encryption: QueueEncryption.KMS, encryptionMasterKey: this.key, enforceSSL: true };
    this.deadLetters = new Queue(this, 'DeadLetters', { ...common, retentionPeriod: RETENTION_MAX });
    this.queue = new Queue(this, 'Queue', {
      ...common,
      visibilityTimeout: Duration.seconds(visibilitySeconds),
      deadLetterQueue: { queue: this.deadLetters, maxReceiveCount: tries },
    });

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

    const alarm = (name: string, metric: IMetric, threshold: number, text: string) => {
      const created = new Alarm(this, name, {
        metric,
        threshold,
        evaluationPeriods: 1,
        comparisonOperator: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
        treatMissingData: TreatMissingData.NOT_BREACHING,
        alarmDescription: text,
      });
      created.addAlarmAction(...alarmActions);
      return created;
    };
    const most = { statistic: Stats.MAXIMUM, period: Duration.minutes(1) };
    this.alarms = {
      deadLetters: alarm(
        'DeadLetterAlarm',
        this.deadLetters.metricApproximateNumberOfMessagesVisible(most),
        1,
        `Objects failed ${tries} times and were put aside. The function's log names them, with the errors.`,
      ),
      age: alarm(
        'AgeAlarm',
        this.queue.metricApproximateAgeOfOldestMessage(most),
        (tries + 1) * visibilitySeconds,
        'Objects land faster than they are worked on: more slots, or a higher concurrency limit.',
      ),
    };
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
    const allow = (action: string, resource: string, conditions?: Record<string, unknown>) =>
      fn.role.addToPrincipalPolicy(
        new PolicyStatement({ actions: [action], resources: [resource], ...(conditions && { conditions }) }),
      );
    allow('s3:GetObject', below(inbox));
    // who may not list is told of a missing object that access is denied
    allow('s3:ListBucket', inbox.bucket.bucketArn, {
      StringLike: { 's3:prefix': `${prefixOf(inbox)}*` },
    });
    allow('s3:PutObject', below(results));
    inbox.bucket.encryptionKey?.grantDecrypt(fn.role);
    results.bucket.encryptionKey?.grantEncrypt(fn.role);
  }
}
