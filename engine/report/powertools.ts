import { Logger } from '@aws-lambda-powertools/logger';
import { Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';
import type { InvocationReport } from '../handler.ts';

/**
 * Tells of invocations through AWS Lambda Powertools: one log line each, which has the root's request id and the path
 * (so that a tree's lines can be found and put in order), and metrics in CloudWatch's embedded metric format, which is
 * a log line too: no call is made. Counts only: nothing of an item, its reference or its result is written.
 *
 * Metrics (namespace `droste`, dimensions `service` and, where one is named, `stack`): `Items` worked on here,
 * `Children`, `Throttled`, `TakenOver` (items done here because no child could be had), `Depth`, `ColdStart`, `Duration`;
 * of roots only, so that a failure counts once, `Failed`.
 *
 * @param stack the deployment's name, where several share an account
 */
export const createPowertoolsReport = (
  service: string,
  stack?: string,
): ((report: InvocationReport) => void) => {
  const logger = new Logger({ serviceName: service });
  const metrics = new Metrics({
    namespace: 'droste',
    serviceName: service,
    ...(stack !== undefined && { defaultDimensions: { stack } }),
  });
  return (report) => {
    const { own, stats, stopped, ...where } = report;
    const fields = { ...where, ...own, subtree: stats, ...(stopped && { stopped }) };
    if (stopped) logger.warn('invocation stopped', fields);
    else logger.info('invocation', fields);

    const counts: Readonly<Record<string, number>> = {
      Items: own.worked,
      Children: own.children,
      Throttled: own.throttled,
      TakenOver: own.takenOver,
      Depth: report.depth,
      ColdStart: report.cold ? 1 : 0,
      ...(report.depth === 0 && { Failed: report.failed }),
    };
    for (const [name, value] of Object.entries(counts)) metrics.addMetric(name, MetricUnit.Count, value);
    metrics.addMetric('Duration', MetricUnit.Milliseconds, report.elapsedMs);
    metrics.publishStoredMetrics();
  };
};
