/** Constructs of the AWS CDK for functions that invoke themselves. */
export { FailedEvents, type FailedEventsProps } from './failed-events.ts';
export type { FunctionSource } from './function-source.ts';
export { Inbox } from './inbox.ts';
export type { BucketPlace, InboxProps } from './inbox-props.ts';
export type { QueueAlarms } from './inbox-queues.ts';
export type { Shift } from './move-callers.ts';
export type { RunawayAlarms, RunawayThresholds } from './runaway-alarms.ts';
export { SelfRecursiveFunction, type SelfRecursiveFunctionProps } from './self-recursive-function.ts';
export { VersionedFunction, type VersionedFunctionProps } from './versioned-function.ts';
