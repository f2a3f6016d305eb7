import {
  Alarm,
  ComparisonOperator,
  type IAlarmAction,
  type IMetric,
  TreatMissingData,
} from 'aws-cdk-lib/aws-cloudwatch';
import type { Construct } from 'constructs';

/** When to tell of a metric, and whom. */
export interface Watched {
  readonly metric: IMetric;
  /** Reached or passed, something is wrong. */
  readonly threshold: number;
  /** In how many periods in a row. Default 1. */
  readonly periods?: number;
  /** For whoever is told: what it means, and what to do. */
  readonly text: string;
  readonly actions: readonly IAlarmAction[];
}

/** An alarm that is quiet where nothing runs. */
export const watchFor = (
  scope: Construct,
  id: string,
  { metric, threshold, periods = 1, text, actions }: Watched,
): Alarm => {
  const alarm = new Alarm(scope, id, {
    metric,
    threshold,
    evaluationPeriods: periods,
    comparisonOperator: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
    treatMissingData: TreatMissingData.NOT_BREACHING,
    alarmDescription: text,
  });
  alarm.addAlarmAction(...actions);
  return alarm;
};
