import { MESSAGE_MAX_CHARACTERS, printable, shorten } from './quote.ts';

/**
 * The one error family of droste. Every error has a stable `name` that survives the wire (`errorType`), a
 * message that says what was expected, what was received and where, and the native `cause`.
 *
 * The names are string literals, not `constructor.name`: a minifier may rename the classes.
 *
 * No message is longer than a log line or a reply has room for, or holds characters that nobody sees, whatever was
 * quoted in it.
 */
export class DrosteError extends Error {
  override readonly name: string = 'DrosteError';

  constructor(message?: string, options?: ErrorOptions) {
    super(message === undefined ? message : printable(shorten(message, MESSAGE_MAX_CHARACTERS)), options);
  }
}

/** The request is not one of the documented forms, or an option is unknown or out of range. */
export class InvalidRequestError extends DrosteError {
  override readonly name = 'InvalidRequestError';
}

/** There is nothing of that name: a job, a route. */
export class NotFoundError extends DrosteError {
  override readonly name = 'NotFoundError';
}

/** It cannot be done in the state that it is in: what is running cannot be started again. */
export class ConflictError extends DrosteError {
  override readonly name = 'ConflictError';
}

/** The image reference is well formed but may not be read from here (scheme, private address, envelope). */
export class ForbiddenReferenceError extends DrosteError {
  override readonly name = 'ForbiddenReferenceError';
}

/** The image could not be fetched: missing, refused, timed out, cut off. */
export class ImageFetchError extends DrosteError {
  override readonly name = 'ImageFetchError';
}

/** The image has more bytes or pixels than the configured limits allow. */
export class ImageTooLargeError extends DrosteError {
  override readonly name = 'ImageTooLargeError';
}

/** The bytes are no raster image of a supported format. */
export class UnsupportedImageError extends DrosteError {
  override readonly name = 'UnsupportedImageError';
}

/** The bytes are of a supported format, and are corrupt or truncated. */
export class ImageDecodeError extends DrosteError {
  override readonly name = 'ImageDecodeError';
}

/** The model is missing, broken, or does not fit its labels or preprocessing. */
export class ModelLoadError extends DrosteError {
  override readonly name = 'ModelLoadError';
}

/** A child could not be run, crashed, or answered with an error of unknown name. */
export class ChildInvocationError extends DrosteError {
  override readonly name = 'ChildInvocationError';
}

/** A child found itself to be another version than the root's. */
export class VersionSkewError extends DrosteError {
  override readonly name = 'VersionSkewError';
}

/** Nobody took a call before the deadline: there was room for none (429). */
export class ThrottledError extends DrosteError {
  override readonly name = 'ThrottledError';
}

/** More items failed than was tolerated, or fewer succeeded than was asked for. */
export class FailureToleranceError extends DrosteError {
  override readonly name = 'FailureToleranceError';
}

/** The deadline came before the work was done. */
export class DeadlineExceededError extends DrosteError {
  override readonly name = 'DeadlineExceededError';
  /** Of a batch, how many items it has and how many were done; not known to one that crossed the wire. */
  readonly progress: BatchProgress | undefined;

  constructor(message?: string, options: ErrorOptions & { readonly progress?: BatchProgress } = {}) {
    super(message, options);
    this.progress = options.progress;
  }
}

/** How far a batch came. */
export interface BatchProgress {
  readonly items: number;
  readonly done: number;
}

/** A request or reply is larger than Lambda carries, and cannot be split further. */
export class PayloadTooLargeError extends DrosteError {
  override readonly name = 'PayloadTooLargeError';
}

/** The tree would be deeper than its cap, or a chunk would not shrink. */
export class RecursionLimitError extends DrosteError {
  override readonly name = 'RecursionLimitError';
}

/** The engine's policy asked to be woken without letting time pass, which it would do for ever: a defect of droste. */
export class LivelockError extends DrosteError {
  override readonly name = 'LivelockError';
}

/** An environment variable is missing or malformed. */
export class ConfigurationError extends DrosteError {
  override readonly name = 'ConfigurationError';
}

/** An object in a store is not, or not any more, the version that was asked for. */
export class ObjectChangedError extends DrosteError {
  override readonly name = 'ObjectChangedError';
}

/** A store could not be reached, or could not do what was asked, for now: another try may. */
export class StoreError extends DrosteError {
  override readonly name = 'StoreError';
}

const family = {
  InvalidRequestError,
  NotFoundError,
  ConflictError,
  ForbiddenReferenceError,
  ImageFetchError,
  ImageTooLargeError,
  UnsupportedImageError,
  ImageDecodeError,
  ModelLoadError,
  ChildInvocationError,
  VersionSkewError,
  ThrottledError,
  FailureToleranceError,
  DeadlineExceededError,
  PayloadTooLargeError,
  RecursionLimitError,
  LivelockError,
  ConfigurationError,
  ObjectChangedError,
  StoreError,
} as const;

/** The names of the family, as results and logs have them. */
export const errorNames: readonly string[] = Object.keys(family);

/** An error as it travels in results and envelopes. */
export interface WireError {
  readonly name: string;
  readonly message: string;
}

/** What anything thrown says. Node.js puts the errors of several addresses into one that has no message of its own. */
export const messageOf = (thrown: unknown): string => {
  if (!(thrown instanceof Error)) return String(thrown);
  return thrown instanceof AggregateError && !thrown.message
    ? thrown.errors.map(messageOf).join('; ')
    : thrown.message;
};

/** The name and message of anything thrown. */
export const toWireError = (thrown: unknown): WireError => ({
  name: thrown instanceof Error ? thrown.name : 'Error',
  message: messageOf(thrown),
});

/**
 * Rebuilds the typed error of a name and message that crossed the wire. A name outside the family becomes an
 * `Error` of that name, so that a caller's own error types keep theirs.
 */
export const fromWireError = ({ name, message }: WireError, cause?: unknown): Error => {
  const options = cause === undefined ? undefined : { cause };
  if (Object.hasOwn(family, name)) return new family[name as keyof typeof family](message, options);
  const error = new Error(message, options);
  error.name = name;
  return error;
};
