import type { AllowPrivate } from '../address-guard.ts';
import type { ImageReference } from '../reference.ts';

/** Largest picture fetched by default, in bytes: a few times the biggest photographs in common use. */
export const DEFAULT_MAX_BYTES = 50 * 1024 * 1024;

/** Time for one whole fetch by default, redirects and body included. */
export const DEFAULT_TIMEOUT_MS = 20_000;

/** As many redirects as a shortened link through a CDN and a sign-in page takes, with room. */
export const DEFAULT_MAX_REDIRECTS = 5;

/** Connections per origin, and to S3, by default: more than one invocation has pictures in flight. */
export const DEFAULT_CONNECTIONS = 64;

/**
 * Downloads at once by default, from the web and S3 together, however many are asked for: waiting is what they mostly do,
 * and each may hold a whole picture in memory.
 */
export const DEFAULT_DOWNLOADS = 32;

/** How the S3 client is built; what is absent the AWS SDK finds itself (environment, role). */
export interface S3Settings {
  /** Another endpoint than AWS's: an emulator, or an S3-compatible store. */
  readonly endpoint?: string;
  readonly region?: string;
  /** `endpoint/bucket/key` instead of `bucket.endpoint/key`. */
  readonly forcePathStyle?: boolean;
}

/** What may be fetched, and how much of it. */
export interface SourceOptions {
  /** Largest picture, in bytes; default 50 MiB. */
  readonly maxBytes?: number;
  /** For one whole fetch, redirects and body included; default 20,000. */
  readonly timeoutMs?: number;
  /** Whether `http://` is allowed, in references and as the target of a redirect. */
  readonly allowHttp: boolean;
  /** Whether `file://` is allowed. */
  readonly allowFile: boolean;
  /** Whether addresses that are not public may be connected to. */
  readonly allowPrivate: AllowPrivate;
  /** Default 5. */
  readonly maxRedirects?: number;
  /** Per origin, and to S3; default 64. */
  readonly connections?: number;
  /** Downloads at once, from the web and S3 together; the others wait, and their time limit begins later. Default 32. */
  readonly downloads?: number;
  readonly s3?: S3Settings;
}

/**
 * The port: the bytes of one kind of reference, or a typed error. `signal` aborts; the source then stops, frees
 * its connection and throws whatever it likes, for the caller throws the signal's reason.
 */
export type Source<R extends ImageReference> = (
  reference: R,
  context: { readonly signal: AbortSignal },
) => Promise<Uint8Array>;
