import { basename, dirname, extname } from 'node:path';
import type { FunctionVersion } from './versions.ts';

/**
 * What a process needs of the machine it runs on. Nothing of the developer's AWS set-up is among it: no profile, no
 * credentials, no region, no endpoints.
 */
const INHERITED = [
  'PATH',
  'HOME',
  'USER',
  'TMPDIR',
  'TEMP',
  'TMP',
  'SystemRoot',
  'LD_LIBRARY_PATH',
  'HTTP_PROXY',
  'HTTPS_PROXY',
  'NO_PROXY',
  'http_proxy',
  'https_proxy',
  'no_proxy',
  'NODE_EXTRA_CA_CERTS',
  'SSL_CERT_FILE',
  'SSL_CERT_DIR',
  'NODE_COMPILE_CACHE',
] as const;

/** What Lambda calls the handler of a module: `file.handler`. */
export const handlerName = (module: string): string => `${basename(module, extname(module))}.handler`;

/** Where an environment runs. */
export interface Surroundings {
  /** Of the local host; for `AWS_ENDPOINT_URL_LAMBDA` and `AWS_ENDPOINT_URL_SFN`. */
  readonly endpoint: string;
  /** Path of the module, not a URL. */
  readonly modulePath: string;
  readonly logStreamName: string;
  /** The host's own variables. */
  readonly inherited: NodeJS.ProcessEnv;
}

/**
 * The variables of an environment's process: Lambda's, over the function's own, over defaults (dummy credentials, the
 * host's endpoint), over what is inherited.
 */
export const processVariables = (version: FunctionVersion, around: Surroundings): Record<string, string> => {
  const inherited: Record<string, string> = {};
  for (const name of INHERITED) {
    const value = around.inherited[name];
    if (value !== undefined) inherited[name] = value;
  }
  return {
    ...inherited,
    LANG: 'en_US.UTF-8',
    TZ: ':UTC',
    AWS_ACCESS_KEY_ID: 'local',
    AWS_SECRET_ACCESS_KEY: 'local',
    AWS_DEFAULT_REGION: version.region,
    AWS_ENDPOINT_URL_LAMBDA: around.endpoint,
    AWS_ENDPOINT_URL_SFN: around.endpoint,
    ...version.environment,
    AWS_REGION: version.region,
    AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs24.x',
    AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand',
    AWS_LAMBDA_FUNCTION_NAME: version.functionName,
    AWS_LAMBDA_FUNCTION_VERSION: version.version,
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(version.memoryMb),
    AWS_LAMBDA_LOG_GROUP_NAME: `/aws/lambda/${version.functionName}`,
    AWS_LAMBDA_LOG_STREAM_NAME: around.logStreamName,
    LAMBDA_TASK_ROOT: dirname(around.modulePath),
    _HANDLER: handlerName(around.modulePath),
  };
};
