import { mkdirSync } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { LocalFunction } from '../../local/index.ts';
import { ConfigurationError, TIMEOUT_MAX_MS, VCPU_MEMORY_MB } from '../../platform/index.ts';
import { functionModule } from '../installation.ts';
import type { Terminal } from '../terminal.ts';

/** The alias by which functions on the local host are called. */
export const FUNCTION_ALIAS = 'live';

/** Settings of the function that are passed on from the environment of the command, as they are. */
const passedOn = [
  'MAX_WORK_PER_REQUEST',
  'NUM_PARALLEL_REQUESTS',
  'MAX_SLOTS',
  'MAX_DEPTH',
  'INFERENCE_THREADS',
  'FETCH_TIMEOUT_MS',
  'MAX_IMAGE_BYTES',
  'MAX_PIXELS',
  'MAX_DECODE_WORK',
  'MAX_IN_FLIGHT',
  'INBOX',
  'INBOX_RESULTS',
  'INBOX_OPTIONS',
] as const;

/** Where payloads and batches are put aside by default: of this user alone, for references and results are theirs. */
const ownStore = (): string => {
  const folder = join(tmpdir(), `droste-store-${userInfo().username.replaceAll(/[^\w.-]/g, '-')}`);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  return folder;
};

/** What a command decides of any function over pictures. */
export interface PictureFunctionSettings {
  /** Path of the module. Default: the source. */
  readonly module?: string | undefined;
  /** Default 1,769, a deployed function's: one vCPU, for there are as many environments as cores. */
  readonly memoryMb?: number | undefined;
  /** Whether `http://` is allowed. */
  readonly http: boolean;
  /** The environment of the command. */
  readonly env: Terminal['env'];
  /** What opens S3, where it is needed. */
  readonly access: Readonly<Record<string, string>>;
}

/** A function over pictures, as the local host runs it: files and loopback addresses allowed. */
export const pictureFunction = (
  name: string,
  { module, memoryMb = VCPU_MEMORY_MB, http, env, access }: PictureFunctionSettings,
  environment: Readonly<Record<string, string>>,
): LocalFunction => ({
  name,
  module: module ?? functionModule(name),
  alias: FUNCTION_ALIAS,
  // a laptop may be slow, and nobody pays for the wait
  timeoutMs: TIMEOUT_MAX_MS,
  memoryMb,
  environment: {
    ...Object.fromEntries(passedOn.map((passed) => [passed, env[passed] ?? ''])),
    ...access,
    FUNCTION_ALIAS,
    STORE: env.STORE || pathToFileURL(ownStore()).href,
    ALLOW_FILE: 'true',
    ALLOW_HTTP: String(http),
    ALLOW_PRIVATE_ADDRESSES: 'loopback',
    ...environment,
  },
});

/** What the command decides of the function `classify`: one thread per inference. */
export const classifyEnvironment = (
  model: string,
  modelsDirectory: string,
): Readonly<Record<string, string>> => ({
  MODEL: model,
  MODELS_DIRECTORY: modelsDirectory,
  INFERENCE_THREADS: '1',
});

/** Set by people who use another S3 than AWS's; the SDK inside the function reads them. */
const endpoints = ['AWS_ENDPOINT_URL', 'AWS_ENDPOINT_URL_S3'] as const;

/**
 * What the function needs to read from S3 as the one who runs the command: environments of the local host inherit
 * nothing of the developer's AWS set-up, so credentials (environment, profile, SSO, …) are resolved here, once. S3 is
 * rare here, and its SDK takes time to import.
 *
 * @throws ConfigurationError where the AWS SDK finds no credentials
 */
export const s3Access = async (env: Terminal['env']): Promise<Readonly<Record<string, string>>> => {
  const { S3Client } = await import('@aws-sdk/client-s3');
  const { config } = new S3Client({});
  const region = await config.region().catch(() => undefined);
  const credentials = await config.credentials().catch((cause: unknown) => {
    throw new ConfigurationError(
      `s3://: expected AWS credentials (AWS_PROFILE, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY), found none: ${cause}`,
      { cause },
    );
  });
  return {
    AWS_ACCESS_KEY_ID: credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
    ...(credentials.sessionToken !== undefined && { AWS_SESSION_TOKEN: credentials.sessionToken }),
    ...(region !== undefined && { AWS_REGION: region }),
    ...Object.fromEntries(endpoints.flatMap((name) => (env[name] ? [[name, env[name]]] : []))),
  };
};
