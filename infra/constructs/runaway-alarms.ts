import { Duration } from 'aws-cdk-lib';
import { type Alarm, type IAlarmAction, type IMetric, Stats } from 'aws-cdk-lib/aws-cloudwatch';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';
import { watchFor } from './alarm.ts';

/** From which on something is wrong, each within five minutes unless said otherwise. */
export interface RunawayThresholds {
  /** Invocations that ended with an error. Default 10: single requests fail for reasons of their own. */
  readonly errors?: number;
  /** Calls refused for want of concurrency, in each of three periods. Default 1,000: trees live with some. */
  readonly throttles?: number;
  /** Invocations at once, in one minute. Default 200: two trees. */
  readonly concurrency?: number;
}

/** The alarms of one function. */
export interface RunawayAlarms {
  readonly errors: Alarm;
  readonly throttles: Alarm;
  readonly droppedRecursion: Alarm;
  readonly concurrency: Alarm;
}

/** Tells of a function that calls itself more than it should: what AWS's documentation of recursion advises to watch. */
export const watchForRunaways = (
  scope: Construct,
  fn: IFunction,
  thresholds: RunawayThresholds & { readonly concurrency: number },
  actions: readonly IAlarmAction[],
): RunawayAlarms => {
  const alarm = (id: string, metric: IMetric, threshold: number, periods: number, text: string) =>
    watchFor(scope, id, { metric, threshold, periods, text, actions });
  const stop = 'To stop it at once, set its reserved concurrency to 0.';
  const sum = { statistic: Stats.SUM, period: Duration.minutes(5) };
  return {
    errors: alarm('Errors', fn.metricErrors(sum), thresholds.errors ?? 10, 1, `Invocations fail. ${stop}`),
    throttles: alarm(
      'Throttles',
      fn.metricThrottles(sum),
      thresholds.throttles ?? 1_000,
      3,
      `More invocations are asked for than may run: fewer slots, or a higher concurrency limit. ${stop}`,
    ),
    droppedRecursion: alarm(
      'DroppedRecursion',
      fn.metric('RecursiveInvocationsDropped', sum),
      1,
      1,
      `AWS stopped a chain of invocations after about 16, twice what a tree may be deep. ${stop}`,
    ),
    concurrency: alarm(
      'Concurrency',
      fn.metric('ConcurrentExecutions', { statistic: Stats.MAXIMUM, period: Duration.minutes(1) }),
      thresholds.concurrency,
      1,
      `More invocations run at once than expected. ${stop}`,
    ),
  };
};
