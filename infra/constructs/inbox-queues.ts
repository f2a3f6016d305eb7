import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import { type Alarm, type IAlarmAction, type IMetric, Stats } from 'aws-cdk-lib/aws-cloudwatch';
import { Key } from 'aws-cdk-lib/aws-kms';
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import { watchFor } from './alarm.ts';

/** When something is wrong with what waits. */
export interface QueueAlarms {
  /** Anything was put aside. */
  readonly deadLetters: Alarm;
  /** Something has waited for longer than all its tries take. */
  readonly age: Alarm;
}

/** The longest that a queue keeps messages: who looks into the dead-letter queue has two weeks (SQS quotas). */
const RETENTION_MAX = Duration.days(14);

/** A queue, and what becomes of messages that it gives up: both encrypted with one key, over TLS alone, and watched. */
export const addQueues = (
  scope: Construct,
  {
    visibilitySeconds,
    tries,
    alarmActions,
  }: {
    readonly visibilitySeconds: number;
    readonly tries: number;
    readonly alarmActions: readonly IAlarmAction[];
  },
): { readonly queue: Queue; readonly deadLetters: Queue; readonly alarms: QueueAlarms } => {
  const key = new Key(scope, 'Key', {
    description: `Messages of ${scope.node.path}`,
    enableKeyRotation: true,
    removalPolicy: RemovalPolicy.DESTROY,
  });
  const common = { encryption: QueueEncryption.KMS, encryptionMasterKey: key, enforceSSL: true };
  const deadLetters = new Queue(scope, 'DeadLetters', { ...common, retentionPeriod: RETENTION_MAX });
  const queue = new Queue(scope, 'Queue', {
    ...common,
    visibilityTimeout: Duration.seconds(visibilitySeconds),
    deadLetterQueue: { queue: deadLetters, maxReceiveCount: tries },
  });

  const alarm = (id: string, metric: IMetric, threshold: number, text: string) =>
    watchFor(scope, id, { metric, threshold, text, actions: alarmActions });
  const most = { statistic: Stats.MAXIMUM, period: Duration.minutes(1) };
  const alarms = {
    deadLetters: alarm(
      'DeadLetterAlarm',
      deadLetters.metricApproximateNumberOfMessagesVisible(most),
      1,
      `Objects failed ${tries} times and were put aside. The function's log names them, with the errors.`,
    ),
    age: alarm(
      'AgeAlarm',
      queue.metricApproximateAgeOfOldestMessage(most),
      (tries + 1) * visibilitySeconds,
      'Objects land faster than they are worked on: more slots, or a higher concurrency limit.',
    ),
  };
  return { queue, deadLetters, alarms };
};
