/** Constructs of the AWS CDK for functions that invoke themselves. */
export type { FunctionSource } from './function-source.ts';
export { type BucketPlace, Inbox, type InboxProps } from './inbox.ts';
export type { RunawayAlarms, RunawayThresholds } from './runaway-alarms.ts';
export { SelfRecursiveFunction, type SelfRecursiveFunctionProps } from './self-recursive-function.ts';
export { VersionedFunction, type VersionedFunctionProps } from './versioned-function.ts';
