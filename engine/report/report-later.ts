import type { InvocationReport } from '../handler.ts';

/**
 * Loads Powertools with the first report instead of at the cold start: its 20 ms then pass while nobody waits for a
 * first result. A report that cannot be made costs no invocation anything.
 */
export const reportLater = (
  service: string,
  stack?: string,
): ((report: InvocationReport) => Promise<void>) => {
  let loading: Promise<(report: InvocationReport) => void> | undefined;
  return async (report) => {
    loading ??= import('./powertools.ts').then(({ createPowertoolsReport }) =>
      createPowertoolsReport(service, stack),
    );
    loading.catch(() => {
      loading = undefined;
    });
    (await loading)(report);
  };
};
