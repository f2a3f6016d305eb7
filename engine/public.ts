/** The package `droste`: what a function needs to become recursive. */

export {
  type BatchProgress,
  ChildInvocationError,
  ConfigurationError,
  DeadlineExceededError,
  DrosteError,
  FailureToleranceError,
  ForbiddenReferenceError,
  fromWireError,
  ImageDecodeError,
  ImageFetchError,
  ImageTooLargeError,
  InvalidRequestError,
  LivelockError,
  ModelLoadError,
  ObjectChangedError,
  PayloadTooLargeError,
  RecursionLimitError,
  StoreError,
  ThrottledError,
  toWireError,
  UnsupportedImageError,
  VersionSkewError,
  type WireError,
} from '../platform/index.ts';
export type {
  ObjectContent,
  ObjectHeaders,
  ObjectInfo,
  ObjectStore,
  OpenOptions,
} from '../platform/storage/index.ts';
export type { CallOutcome, ChildCall, Clock, Invoke } from './child/ports.ts';
export type { RecursionConfig } from './config.ts';
export { type EachOptions, each, type ItemContext } from './each.ts';
export { type EventOptions, withEvents } from './events/entrance.ts';
export type { Inbox } from './events/inbox.ts';
export type {
  AsJson,
  Contract,
  ContractOf,
  Handler,
  InvocationContext,
  InvocationReport,
  ReplyStream,
  StreamHead,
  StreamingRuntime,
} from './handler.ts';
export { withHttp } from './http/entrance.ts';
export type { TreeShape } from './limits.ts';
export type { Outcome, OwnCounts, Receipt, TreeStats } from './policy/outcome.ts';
export type { AttemptReceipt } from './protocol/child-reply.ts';
export type { AttemptOutcome, InvocationReceipt, TimeSpan } from './protocol/invocation-receipt.ts';
export type { TreeOptions } from './protocol/options.ts';
export type { Summary } from './protocol/reply.ts';
export type { OpenStore } from './protocol/wire.ts';
export { type RecursiveOptions, recursive } from './recursive.ts';
export type { GivenOptionsOf, OptionsOf, OptionsShape, Schema } from './schema.ts';
export { withStreaming } from './streaming.ts';
export type { ThreadOptions } from './threads/threaded.ts';
export type { Work, WorkContext } from './work.ts';
