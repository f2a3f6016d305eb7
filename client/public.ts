/** The package `droste/client`: call a function built with `recursive`, deployed or local, from TypeScript. */
export type { LambdaInvokeOptions } from '../engine/child/lambda.ts';
export type { Summary, TreeShape } from '../engine/index.ts';
export type { Failure, JobPhase, JobView, PartView } from '../engine/jobs/index.ts';
export { runBatch } from './batch.ts';
export type { BatchInput, BatchResult } from './batch-input.ts';
export { type ConcurrentOptions, concurrent } from './concurrent.ts';
export {
  type Droste,
  type DrosteOf,
  droste,
  type FunctionTarget,
  type Results,
  type Settled,
} from './droste.ts';
export type { Job, JobItems, JobOptions, JobResult, JobSettings } from './job.ts';
export { connectJobs, type JobRequest, type Jobs, type JobsTarget, type NamedPart } from './jobs.ts';
export type { AnyOptions, CallOptions, MapOptions } from './map-options.ts';
export type { Progress } from './tally.ts';
