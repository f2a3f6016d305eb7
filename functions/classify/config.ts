import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ConfigurationError } from '../errors.ts';
import type { SourceOptions } from '../images/sources/source.ts';
import {
  type Environment,
  type RecursionConfig,
  readInteger,
  readRecursionConfig,
  readSwitch,
} from '../recursion/config.ts';

/** What the environment says about classify; read once per execution environment, never changed. */
export interface ClassifyConfig {
  readonly recursion: RecursionConfig;
  readonly sources: SourceOptions;
  /** The model that answers where a request names none: a name, folder, `file://` or `s3://` (`MODEL`). */
  readonly model: string;
  /** Folder of the models that go by name (`MODELS_DIRECTORY`). */
  readonly modelsDirectory: string;
  /** Prefix in S3 of models that go by name and are not in the folder (`MODELS_URI`). */
  readonly modelsUri: string | undefined;
  /** Where models from S3 are kept. */
  readonly downloadsDirectory: string;
  /** Largest picture, in pixels (`MAX_PIXELS`). */
  readonly maxPixels: number;
  /** Pictures under way at once in one invocation: being fetched, decoded or classified (`MAX_IN_FLIGHT`). */
  readonly inFlight: number;
  /** Threads of one inference (`INFERENCE_THREADS`); default the environment's vCPUs. */
  readonly inferenceThreads: number;
}

/** The models that are part of the repository, and of the bundle. */
const embeddedModels = fileURLToPath(new URL('../../models', import.meta.url));

const readPrivate = (env: Environment): SourceOptions['allowPrivate'] => {
  const text = env.ALLOW_PRIVATE_ADDRESSES || 'none';
  if (text === 'none' || text === 'loopback' || text === 'all') return text;
  throw new ConfigurationError(
    `ALLOW_PRIVATE_ADDRESSES: expected none, loopback or all, received ${JSON.stringify(text)}`,
  );
};

/** Reads classify's environment. @throws ConfigurationError for a malformed variable. */
export const readClassifyConfig = (env: Environment): ClassifyConfig =>
  Object.freeze({
    recursion: readRecursionConfig(env),
    sources: Object.freeze({
      allowHttp: readSwitch(env, 'ALLOW_HTTP', false),
      allowFile: readSwitch(env, 'ALLOW_FILE', false),
      allowPrivate: readPrivate(env),
      maxBytes: readInteger(env, 'MAX_IMAGE_BYTES', { fallback: 50 * 2 ** 20, least: 1, most: 2 ** 31 }),
      timeoutMs: readInteger(env, 'FETCH_TIMEOUT_MS', { fallback: 20_000, least: 1, most: 900_000 }),
    }),
    model: env.MODEL || 'basic-colours',
    modelsDirectory: env.MODELS_DIRECTORY || embeddedModels,
    modelsUri: env.MODELS_URI || undefined,
    downloadsDirectory: join(tmpdir(), 'droste-models'),
    maxPixels: readInteger(env, 'MAX_PIXELS', { fallback: 268_402_689, least: 1, most: 2 ** 40 }),
    inFlight: readInteger(env, 'MAX_IN_FLIGHT', { fallback: 16, least: 1, most: 1_000 }),
    inferenceThreads: readInteger(env, 'INFERENCE_THREADS', {
      fallback: availableParallelism(),
      least: 1,
      most: 64,
    }),
  });
