import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  type Inbox,
  type RecursionConfig,
  readInbox,
  readRecursionConfig,
  servedHandler,
} from '../../engine/index.ts';
import { type ImageConfig, readImageConfig } from '../../images/index.ts';
import { type Environment, readInteger } from '../../platform/index.ts';

/** What the environment says about classify; read once per execution environment, never changed. */
export interface ClassifyConfig extends ImageConfig {
  readonly recursion: RecursionConfig;
  /** What lands below it is worked on (`INBOX`, `INBOX_RESULTS`, `INBOX_OPTIONS`). */
  readonly inbox: Inbox | undefined;
  /** The model that answers where a request names none: a name, folder, `file://` or `s3://` (`MODEL`). */
  readonly model: string;
  /** Folder of the models that go by name (`MODELS_DIRECTORY`). */
  readonly modelsDirectory: string;
  /** Prefix in S3 of models that go by name and are not in the folder (`MODELS_URI`). */
  readonly modelsUri: string | undefined;
  /** Where models from S3 are kept. */
  readonly downloadsDirectory: string;
  /** Threads of one inference (`INFERENCE_THREADS`); default the environment's vCPUs, and 1 in each worker thread. */
  readonly inferenceThreads: number;
}

/** The models that are part of the repository, and of the bundle. */
const embeddedModels = fileURLToPath(new URL('../../models', import.meta.url));

/** Reads classify's environment. @throws ConfigurationError for a malformed variable. */
export const readClassifyConfig = (env: Environment): ClassifyConfig =>
  Object.freeze({
    ...readImageConfig(env),
    recursion: readRecursionConfig(env),
    inbox: readInbox(env, [env.STORE]),
    model: env.MODEL || 'basic-colours',
    modelsDirectory: env.MODELS_DIRECTORY || embeddedModels,
    modelsUri: env.MODELS_URI || undefined,
    downloadsDirectory: join(tmpdir(), 'droste-models'),
    inferenceThreads: readInteger(env, 'INFERENCE_THREADS', {
      fallback: servedHandler === undefined ? availableParallelism() : 1,
      least: 1,
      most: 64,
    }),
  });
