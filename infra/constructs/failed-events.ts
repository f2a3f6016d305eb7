import { Duration } from 'aws-cdk-lib';
import { type IAlarmAction, Stats } from 'aws-cdk-lib/aws-cloudwatch';
import { Policy, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { IDestination } from 'aws-cdk-lib/aws-lambda';
import { SqsDestination } from 'aws-cdk-lib/aws-lambda-destinations';
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { acknowledge } from '../acknowledge.ts';
import { watchFor } from './alarm.ts';
import type { VersionedFunction } from './versioned-function.ts';

export interface FailedEventsProps {
  readonly functions: readonly VersionedFunction[];
  /** The function that is told of those that ended well, and keeps their results. Default: nobody is. */
  readonly keeper?: VersionedFunction;
  /** `false` for no alarms. Default: one that tells of the first of them, and one for each function whose records get lost. */
  readonly alarm?: boolean;
  /** What the alarms do. Default nothing but show. */
  readonly alarmActions?: readonly IAlarmAction[];
}

/** A function as a destination, with the permission given elsewhere. */
const destination = ({ alias }: VersionedFunction): IDestination => ({
  bind: () => ({ destination: alias.functionArn }),
});

/**
 * Lets a function call its keeper. A grant, as the CDK's own `LambdaDestination` makes it, is in the policy on which the
 * function depends, and the keeper depends on that function: a cycle.
 */
const allowKeeper = (fn: VersionedFunction, keeper: VersionedFunction): void => {
  const policy = new Policy(fn, 'Keep', {
    roles: [fn.role],
    statements: [
      new PolicyStatement({ actions: ['lambda:InvokeFunction'], resources: [keeper.alias.functionArn] }),
    ],
  });
  // Lambda checks the permission when it is told of the destination
  fn.alias.node.findChild('EventInvokeConfig').node.addDependency(policy);
};

/**
 * Tells of records that reached no destination: what failed is then in no queue, and what ended well was told to no keeper.
 * Lambda counts them and keeps nothing else (developer guide, "Capturing records of asynchronous invocations").
 */
const watchDelivery = (fn: VersionedFunction, actions: readonly IAlarmAction[]): void => {
  const period = { statistic: Stats.SUM, period: Duration.minutes(5) };
  watchFor(fn, 'Undelivered', {
    metric: fn.function.metric('DestinationDeliveryFailures', period),
    threshold: 1,
    text:
      'Records of asynchronous invocations reached no destination: a permission is missing, or a record is too large. ' +
      'What failed is in no queue: send it again. Results of a large batch are kept all the same.',
    actions,
  });
};

/**
 * What was asked of functions without waiting (`InvocationType: Event`). What failed for the last time waits in a queue,
 * with the request and the error, and an alarm tells of it; what ended well is told to a function that keeps it. Where
 * neither can be told, another alarm tells of that: nothing vanishes unsaid.
 */
export class FailedEvents extends Construct {
  readonly queue: Queue;

  constructor(
    scope: Construct,
    id: string,
    { functions, keeper, alarm: watched = true, alarmActions = [] }: FailedEventsProps,
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
      const kept = keeper && fn !== keeper;
      fn.alias.configureAsyncInvoke({
        onFailure: new SqsDestination(this.queue),
        ...(kept && { onSuccess: destination(keeper) }),
      });
      if (kept) allowKeeper(fn, keeper);
    }
    if (!watched) return;
    for (const fn of functions) watchDelivery(fn, alarmActions);
    watchFor(this, 'Alarm', {
      metric: this.queue.metricApproximateNumberOfMessagesVisible({ period: Duration.minutes(5) }),
      threshold: 1,
      text: 'Asynchronous invocations failed for the last time: request and error are in the queue.',
      actions: alarmActions,
    });
  }
}
