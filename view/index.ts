/** What a run looks like: the report, the trace, the page. Knows nothing of how a run comes about. */
export { bundlePage, loadPage, type PageBundle, type PageName } from './bundle.ts';
export {
  type LocalSetup,
  type PageEvent,
  type PageFault,
  type PagePicture,
  type PageRequest,
  type PageSetup,
  type PageShape,
  pageFaults,
} from './page.ts';
export { pageHtml } from './page-html.ts';
export { reportHtml } from './report-html.ts';
export type { InvocationOutcome, Run, RunAnswer, RunInvocation, RunItem, Span } from './run.ts';
export { type TraceEvent, traceEvents } from './trace-events.ts';
