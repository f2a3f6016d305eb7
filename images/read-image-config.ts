import { type Environment, readInteger, readSwitch } from '../engine/config.ts';
import { TIMEOUT_MAX_MS } from '../platform/aws-quotas.ts';
import { ConfigurationError } from '../platform/errors.ts';
import type { SourceOptions } from './sources/source.ts';

/** What the environment says about pictures, whatever is done with them. */
export interface ImageConfig {
  readonly sources: SourceOptions;
  /** Largest picture, in pixels (`MAX_PIXELS`). */
  readonly maxPixels: number;
  /** Pictures under way at once in one invocation (`MAX_IN_FLIGHT`). */
  readonly inFlight: number;
}

const readPrivate = (env: Environment): SourceOptions['allowPrivate'] => {
  const text = env.ALLOW_PRIVATE_ADDRESSES || 'none';
  if (text === 'none' || text === 'loopback' || text === 'all') return text;
  throw new ConfigurationError(
    `ALLOW_PRIVATE_ADDRESSES: expected none, loopback or all, received ${JSON.stringify(text)}`,
  );
};

/** Reads the pictures' part of the environment. @throws ConfigurationError for a malformed variable. */
export const readImageConfig = (env: Environment): ImageConfig => ({
  sources: Object.freeze({
    allowHttp: readSwitch(env, 'ALLOW_HTTP', false),
    allowFile: readSwitch(env, 'ALLOW_FILE', false),
    allowPrivate: readPrivate(env),
    maxBytes: readInteger(env, 'MAX_IMAGE_BYTES', { fallback: 50 * 2 ** 20, least: 1, most: 2 ** 31 }),
    timeoutMs: readInteger(env, 'FETCH_TIMEOUT_MS', { fallback: 20_000, least: 1, most: TIMEOUT_MAX_MS }),
  }),
  maxPixels: readInteger(env, 'MAX_PIXELS', { fallback: 268_402_689, least: 1, most: 2 ** 40 }),
  inFlight: readInteger(env, 'MAX_IN_FLIGHT', { fallback: 16, least: 1, most: 1_000 }),
});
