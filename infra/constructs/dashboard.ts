import { Duration } from 'aws-cdk-lib';
import type { HttpApi } from 'aws-cdk-lib/aws-apigatewayv2';
import { AlarmStatusWidget, Dashboard, GraphWidget, type IMetric, Stats } from 'aws-cdk-lib/aws-cloudwatch';
import type { Construct } from 'constructs';
import type { VersionedFunction } from './versioned-function.ts';

const HALF_WIDTH = 12;
const FULL_WIDTH = 24;

/** What one looks at when something is slow or failing, on one page. */
export const addDashboard = (scope: Construct, watched: VersionedFunction, api: HttpApi): Dashboard => {
  const { function: fn, alarms = {} } = watched;
  const period = Duration.minutes(1);
  const sum = { statistic: Stats.SUM, period };
  const at = (statistic: string) => ({ statistic, period, label: statistic });
  const graph = (title: string, ...left: IMetric[]) =>
    new GraphWidget({ title, left, width: HALF_WIDTH, leftYAxis: { min: 0 } });
  return new Dashboard(scope, 'Dashboard', {
    widgets: [
      [new AlarmStatusWidget({ title: 'Runaways', alarms: Object.values(alarms), width: FULL_WIDTH })],
      [
        graph('Invocations, the children’s included', fn.metricInvocations(sum), fn.metricErrors(sum)),
        graph('Invocations at once', fn.metric('ConcurrentExecutions', { statistic: Stats.MAXIMUM, period })),
      ],
      [
        graph(
          'Duration of an invocation (ms)',
          fn.metricDuration(at(Stats.p(50))),
          fn.metricDuration(at(Stats.p(99))),
          fn.metricDuration(at(Stats.MAXIMUM)),
        ),
        graph(
          'Refused',
          fn.metricThrottles(sum),
          fn.metric('RecursiveInvocationsDropped', { ...sum, label: 'dropped recursion' }),
        ),
      ],
      [
        graph('Requests', api.metricCount(sum), api.metricClientError(sum), api.metricServerError(sum)),
        graph('Time to answer (ms)', api.metricLatency(at(Stats.p(50))), api.metricLatency(at(Stats.p(99)))),
      ],
    ],
  });
};
