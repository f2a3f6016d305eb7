import {
  ConfigurationError,
  type Environment,
  quote,
  readInteger,
  readSwitch,
  TIMEOUT_MAX_MS,
} from '../platform/index.ts';
import { type Admission, createAdmission, decodeMemory } from './admission.ts';
import { DEFAULT_MAX_DECODE_WORK } from './cost.ts';
import { DEFAULT_MAX_PIXELS } from './decode.ts';
import type { DecodeLimits } from './limits.ts';
import type { SourceOptions } from './sources/source.ts';

/** What the environment says about pictures, whatever is done with them. */
export interface ImageConfig {
  readonly sources: SourceOptions & Required<Pick<SourceOptions, 'maxBytes'>>;
  /** Bounds of decoding: `MAX_PIXELS`, `MAX_DECODE_WORK`, and half of the function's memory. */
  readonly limits: DecodeLimits & { readonly admission: Admission };
  /** Pictures under way at once in one invocation (`MAX_IN_FLIGHT`). */
  readonly inFlight: number;
}

const readPrivate = (env: Environment): SourceOptions['allowPrivate'] => {
  const text = env.ALLOW_PRIVATE_ADDRESSES || 'none';
  if (text === 'none' || text === 'loopback' || text === 'all') return text;
  throw new ConfigurationError(
    `ALLOW_PRIVATE_ADDRESSES: expected none, loopback or all, received ${quote(text)}`,
  );
};

/** Set by Lambda, and by what stands in for it. */
const memoryMbOf = ({ AWS_LAMBDA_FUNCTION_MEMORY_SIZE: text }: Environment): number | undefined =>
  text ? Number(text) || undefined : undefined;

/** Reads the pictures' part of the environment. @throws ConfigurationError for a malformed variable. */
export const readImageConfig = (env: Environment): ImageConfig => ({
  sources: Object.freeze({
    allowHttp: readSwitch(env, 'ALLOW_HTTP', false),
    allowFile: readSwitch(env, 'ALLOW_FILE', false),
    allowPrivate: readPrivate(env),
    maxBytes: readInteger(env, 'MAX_IMAGE_BYTES', { fallback: 50 * 2 ** 20, least: 1, most: 2 ** 31 }),
    timeoutMs: readInteger(env, 'FETCH_TIMEOUT_MS', { fallback: 20_000, least: 1, most: TIMEOUT_MAX_MS }),
  }),
  limits: Object.freeze({
    maxPixels: readInteger(env, 'MAX_PIXELS', { fallback: DEFAULT_MAX_PIXELS, least: 1, most: 2 ** 40 }),
    maxWork: readInteger(env, 'MAX_DECODE_WORK', {
      fallback: DEFAULT_MAX_DECODE_WORK,
      least: 1,
      most: 2 ** 50,
    }),
    admission: createAdmission(decodeMemory(memoryMbOf(env))),
  }),
  inFlight: readInteger(env, 'MAX_IN_FLIGHT', { fallback: 16, least: 1, most: 1_000 }),
});
