import type { IAlarmAction } from 'aws-cdk-lib/aws-cloudwatch';
import type { Bucket, IBucket } from 'aws-cdk-lib/aws-s3';
import { ConfigurationError, quote } from '../../platform/index.ts';
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

export const batchDefaults = { batchSize: 100, tries: 5 } as const;

/** With a slash at its end, or empty. */
export const prefixOf = ({ prefix = '' }: BucketPlace): string => prefix;

/** Whether all of one place is in the other; buckets are the same by name, or as one construct. */
const isInside = (inner: BucketPlace, outer: BucketPlace): boolean =>
  (inner.bucket === outer.bucket || inner.bucket.bucketName === outer.bucket.bucketName) &&
  prefixOf(inner).startsWith(prefixOf(outer));

/**
 * Refuses what would never come to an end, and what AWS would refuse.
 *
 * @param path of the inbox, for messages
 * @throws ConfigurationError naming the property, what was expected and what was received.
 */
export const checkInbox = (path: string, props: InboxProps): void => {
  const refuse = (name: string, expected: string, received: unknown): never => {
    throw new ConfigurationError(`${path}: ${name}: expected ${expected}, received ${quote(received)}`);
  };
  const { function: fn, results, writes = [], suffixes } = props;
  const { batchSize, tries } = { ...batchDefaults, ...props };
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
    const written = `one below which nothing else is written (${prefixOf(looping)} is), or it would never come to an end`;
    refuse('prefix', written, prefixOf(props));
  }
};
