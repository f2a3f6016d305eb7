/** Jobs: stored batches with a life of their own. A thin loop around `engine/stored-batch/`. */
export { expiringKeys } from '../expiring-keys.ts';
export { noStats } from '../policy/outcome.ts';
export { decide } from './decide.ts';
export { createJobsHandler, type JobsHandlerDeps, jobRoutes } from './entrance.ts';
export type { StartExecution } from './execution.ts';
export type { JobPhase } from './job.ts';
export type { ResultsLink, ResultsLinks } from './job-results.ts';
export { listJobs, readJob } from './job-store.ts';
export type { Failure } from './measure.ts';
export type { JobFunction, PartRequest } from './read-asked.ts';
export { type Called, type CallFunction, type Execution, RETRIES, runJob } from './run-job.ts';
export { type CostAtMost, type JobEnded, STEP_KEY, type StepReply } from './step-job.ts';
export type { JobView, PartView } from './view-job.ts';
