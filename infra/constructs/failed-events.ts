import { Duration } from 'aws-cdk-lib';
import type { IAlarmAction } from 'aws-cdk-lib/aws-cloudwatch';
import { SqsDestination } from 'aws-cdk-lib/aws-lambda-destinations';
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { acknowledge } from '../acknowledge.ts';
import { watchFor } from './alarm.ts';
import type { VersionedFunction } from './versioned-function.ts';

export interface FailedEventsProps {
  readonly functions: readonly VersionedFunction[];
  /** `false` for no alarm. Default: one that tells of the first of them. */
  readonly alarm?: boolean;
  /** What the alarm does. Default nothing but show. */
  readonly alarmActions?: readonly IAlarmAction[];
}

/**
 * What was asked of functions without waiting (`InvocationType: Event`) and failed for the last time: it waits in a
 * queue, with the request and the error, and an alarm tells of it. Nothing vanishes.
 */
export class FailedEvents extends Construct {
  readonly queue: Queue;

  constructor(
    scope: Construct,
    id: string,
    { functions, alarm: watched = true, alarmActions = [] }: FailedEventsProps,
  ) {
    super(scope, id);
    this.queue = new Queue(this, 'Queue', {
      encryption: QueueEncryption.SQS_MANAGED,
      enforceSSL: true,
      // the longest there is (SQS quotas)
      retentionPeriod: Duration.days(14),
    });
    acknowledge(this.queue, 'SQS3', 'It is where what could not be done ends; nothing reads it but people.');
    for (const fn of functions) {
      fn.alias.configureAsyncInvoke({ onFailure: new SqsDestination(this.queue) });
    }
    if (!watched) return;
    watchFor(this, 'Alarm', {
      metric: this.queue.metricApproximateNumberOfMessagesVisible({ period: Duration.minutes(5) }),
      threshold: 1,
      text: 'Asynchronous invocations failed for the last time: request and error are in the queue.',
      actions: alarmActions,
    });
  }
}
