import { Duration } from 'aws-cdk-lib';
import type { HttpApi } from 'aws-cdk-lib/aws-apigatewayv2';
import {
  type Alarm,
  AlarmStatusWidget,
  Dashboard,
  GraphWidget,
  type IMetric,
  type IWidget,
  LogQueryWidget,
  MathExpression,
  Metric,
  Stats,
  TextWidget,
} from 'aws-cdk-lib/aws-cloudwatch';
import { Architecture } from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';
import { prices } from '../../platform/index.ts';
import { failuresQuery } from './saved-queries.ts';
import type { VersionedFunction } from './versioned-function.ts';

const HALF_WIDTH = 12;
const FULL_WIDTH = 24;
const period = Duration.minutes(1);
const sum = { statistic: Stats.SUM, period };
const at = (statistic: string) => ({ statistic, period, label: statistic });

const graph = (title: string, ...left: IMetric[]): GraphWidget =>
  new GraphWidget({ title, left, width: HALF_WIDTH, leftYAxis: { min: 0 } });

/** What the functions say of themselves: see `createPowertoolsReport`. */
const ownMetric = (service: string, stack: string, metricName: string, statistic = Stats.SUM): Metric =>
  new Metric({
    namespace: 'droste',
    metricName,
    dimensionsMap: { service, stack },
    statistic,
    period,
    label: service,
  });

/** CloudWatch's expressions know no exponents. */
const decimal = (value: number): string => value.toFixed(15);

/** List price of what ran in a minute, by a thousand items of it. */
const costOf = (
  { function: fn, memoryMb }: VersionedFunction,
  service: string,
  items: IMetric,
): MathExpression => {
  const { gbSecond, request } = prices;
  const perGbSecond = gbSecond[fn.architecture === Architecture.ARM_64 ? 'arm64' : 'x86_64'];
  const perMs = (memoryMb / 1_024) * (perGbSecond / 1_000);
  // ids of metrics are of a whole graph
  const [ms, n, done] = [`${service}Ms`, `${service}N`, `${service}Items`];
  return new MathExpression({
    expression: `1000 * (${ms} * ${decimal(perMs)} + ${n} * ${decimal(request)}) / ${done}`,
    usingMetrics: { [ms]: fn.metricDuration(sum), [n]: fn.metricInvocations(sum), [done]: items },
    label: service,
    period,
  });
};

export interface DashboardProps {
  /** What the stack's functions say of themselves carries it. */
  readonly stackName: string;
  /** Functions that invoke themselves, by the names that their metrics have. */
  readonly functions: ReadonlyMap<string, VersionedFunction>;
  readonly api: HttpApi;
  readonly alarms: readonly Alarm[];
  /** Graphs of what else the stack has. Default none. */
  readonly more?: readonly IWidget[];
}

const noteFor = (stackName: string): string =>
  `One tree: Logs Insights has queries saved under **${stackName}/**, \`droste logs <root request id>\` prints a tree, and ` +
  'X-Ray shows it as one trace. Prices are those of Lambda in us-east-1, without storage and transfer.';

/** What one looks at when something is slow, failing or dear, on one page. */
export const addDashboard = (scope: Construct, props: DashboardProps): Dashboard => {
  const { stackName, api, alarms } = props;
  const functions = [...props.functions];
  const own = (name: string, statistic?: string) =>
    functions.map(([service]) => ownMetric(service, stackName, name, statistic));
  const ofEach = (metricOf: (fn: VersionedFunction) => Metric): Metric[] =>
    functions.map(([label, fn]) => metricOf(fn).with({ label }));
  const deadline = functions.map(([label, { function: fn }]) => ({
    value: fn.timeout?.toMilliseconds() ?? 0,
    label: `${label}: time-out`,
  }));
  return new Dashboard(scope, 'Dashboard', {
    widgets: [
      [new TextWidget({ markdown: noteFor(stackName), width: FULL_WIDTH, height: 2 })],
      ...(alarms.length > 0
        ? [[new AlarmStatusWidget({ title: 'Alarms', alarms: [...alarms], width: FULL_WIDTH })]]
        : []),
      [graph('Items done', ...own('Items')), graph('Items that failed', ...own('Failed'))],
      [
        new LogQueryWidget({
          title: 'Failures by error name, told by roots',
          logGroupNames: functions.map(([, { logGroup }]) => logGroup.logGroupName),
          queryLines: [...failuresQuery],
          width: HALF_WIDTH,
        }),
        graph(
          'List price of 1,000 items ($)',
          ...functions.map(([service, fn]) => costOf(fn, service, ownMetric(service, stackName, 'Items'))),
        ),
      ],
      [
        graph(
          'Invocations, the children’s included',
          ...ofEach(({ function: fn }) => fn.metricInvocations(sum)),
        ),
        graph(
          'Invocations at once',
          ...ofEach(({ function: fn }) =>
            fn.metric('ConcurrentExecutions', { statistic: Stats.MAXIMUM, period }),
          ),
        ),
      ],
      [
        new GraphWidget({
          title: 'Duration of an invocation against its time-out (ms)',
          left: ofEach(({ function: fn }) => fn.metricDuration(at(Stats.MAXIMUM))),
          leftAnnotations: deadline,
          width: HALF_WIDTH,
          leftYAxis: { min: 0 },
        }),
        graph('Cold starts', ...own('ColdStart')),
      ],
      [
        graph(
          'Refused: throttles, dropped recursion, items taken over by their parents',
          ...ofEach(({ function: fn }) => fn.metricThrottles(sum)),
          ...ofEach(({ function: fn }) => fn.metric('RecursiveInvocationsDropped', sum)),
          ...own('TakenOver'),
        ),
        graph('Depth', ...own('Depth', Stats.MAXIMUM)),
      ],
      [
        graph('Requests', api.metricCount(sum), api.metricClientError(sum), api.metricServerError(sum)),
        graph('Time to answer (ms)', api.metricLatency(at(Stats.p(50))), api.metricLatency(at(Stats.p(99)))),
      ],
      ...(props.more ?? []).map((widget) => [widget]),
    ],
  });
};
