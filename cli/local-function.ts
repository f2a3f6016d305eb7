import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { LocalFunction } from '../local/index.ts';
import { TIMEOUT_MAX_MS } from '../platform/aws-quotas.ts';

/** Name of the function on the local host, and the alias its callers use. */
export const FUNCTION_NAME = 'classify';
export const FUNCTION_ALIAS = 'live';

/** Models that are part of the repository, and go by name. */
export const embeddedModels = fileURLToPath(new URL('../models', import.meta.url));

/** The sample pictures. */
export const samplePictures = fileURLToPath(new URL('../examples/pictures', import.meta.url));

/** Room for 16 pictures in flight of the largest kind; CI machines of two cores have 7 GB and more. */
const MEMORY_MB = 3008;

/** Settings of the function that are handed on from the environment of the command, as they are. */
export const passedOn = ['FETCH_TIMEOUT_MS', 'MAX_IMAGE_BYTES', 'MAX_PIXELS', 'MAX_IN_FLIGHT'] as const;

/** What a command decides of any function over pictures. */
export interface PictureFunctionSettings {
  /** Path of the module. Default: the source. */
  readonly module?: string | undefined;
  /** Whether `http://` is allowed. */
  readonly http: boolean;
  /** The environment of the command. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** What opens S3, where it is needed. */
  readonly access: Readonly<Record<string, string>>;
}

/** A function over pictures, as the local host runs it: files and loopback addresses allowed. */
export const pictureFunction = (
  name: string,
  { module, http, env, access }: PictureFunctionSettings,
  environment: Readonly<Record<string, string>>,
): LocalFunction => ({
  name,
  module: module ?? new URL(`../functions/${name}/handler.ts`, import.meta.url).href,
  alias: FUNCTION_ALIAS,
  // a laptop may be slow, and nobody pays for the wait
  timeoutMs: TIMEOUT_MAX_MS,
  memoryMb: MEMORY_MB,
  environment: {
    ...Object.fromEntries(passedOn.map((passed) => [passed, env[passed] ?? ''])),
    ...access,
    FUNCTION_ALIAS,
    STORE: env.STORE || pathToFileURL(join(tmpdir(), 'droste-store')).href,
    ALLOW_FILE: 'true',
    ALLOW_HTTP: String(http),
    ALLOW_PRIVATE_ADDRESSES: 'loopback',
    ...environment,
  },
});

/** What the command decides of the function `classify`. */
export interface FunctionSettings extends PictureFunctionSettings {
  /** As the function takes it: a name, the absolute path of a folder, or `s3://…`. */
  readonly model: string;
  readonly modelsDirectory: string;
}

/** The function `classify`, as the local host runs it: one thread per inference. */
export const classifyFunction = ({ model, modelsDirectory, ...settings }: FunctionSettings): LocalFunction =>
  pictureFunction(FUNCTION_NAME, settings, {
    MODEL: model,
    MODELS_DIRECTORY: modelsDirectory,
    INFERENCE_THREADS: '1',
  });
