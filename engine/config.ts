import { ConfigurationError } from '../platform/errors.ts';
import type { TreeShape } from './invocation/invocation.ts';
import { MAX_DEPTH_CAP, MAX_PARALLEL_REQUESTS, treeDefaults } from './limits.ts';

/** What the environment says about the recursion; read once per execution environment, never changed. */
export interface RecursionConfig extends TreeShape {
  /** The function itself, without qualifier; absent outside Lambda, where everything is done in place. */
  readonly functionName: string | undefined;
  /** What children are called by; absent under `sam local`, which knows no qualifiers. */
  readonly qualifier: string | undefined;
  /** The version that runs; a context that does not say is believed to be of it. */
  readonly functionVersion: string | undefined;
  /** Where payloads, results of stored batches and abort markers are put: `s3://…` or `file://…` (`STORE`). */
  readonly store: string | undefined;
  /** Whether a manifest may be a file: under the local host only (`ALLOW_FILE`). */
  readonly allowFile: boolean;
}

/** Environment variables, as `process.env` has them. */
export type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Reads a whole number. Absent or empty is the default (a template's unresolved variable arrives as ""); anything
 * else but a whole number in range is an error.
 *
 * @throws ConfigurationError naming the variable, what was expected and what was received.
 */
export const readInteger = (
  env: Environment,
  name: string,
  { fallback, least, most }: { fallback: number; least: number; most: number },
): number => {
  const text = env[name];
  if (text === undefined || text === '') return fallback;
  const value = Number(text);
  if (/^\d+$/.test(text) && value >= least && value <= most) return value;
  throw new ConfigurationError(
    `${name}: expected a whole number from ${least} to ${most}, received ${JSON.stringify(text)}`,
  );
};

/**
 * Reads a switch: `true` or `false`; absent or empty is the default.
 *
 * @throws ConfigurationError for anything else.
 */
export const readSwitch = (env: Environment, name: string, fallback: boolean): boolean => {
  const text = env[name];
  if (text === undefined || text === '') return fallback;
  if (text === 'true' || text === 'false') return text === 'true';
  throw new ConfigurationError(`${name}: expected true or false, received ${JSON.stringify(text)}`);
};

/** Reads the recursion's part of the environment. @throws ConfigurationError for a malformed variable. */
export const readRecursionConfig = (env: Environment): RecursionConfig => {
  const samLocal = readSwitch(env, 'AWS_SAM_LOCAL', false);
  const fanOut = readSwitch(env, 'FANOUT_ENABLED', true);
  const functionName = env.AWS_LAMBDA_FUNCTION_NAME || undefined;
  const lanes = readInteger(env, 'NUM_PARALLEL_REQUESTS', {
    fallback: treeDefaults.numParallelRequests,
    least: 1,
    most: MAX_PARALLEL_REQUESTS,
  });
  return Object.freeze({
    functionName,
    qualifier: samLocal ? undefined : env.FUNCTION_ALIAS || env.AWS_LAMBDA_FUNCTION_VERSION || undefined,
    functionVersion: env.AWS_LAMBDA_FUNCTION_VERSION || undefined,
    store: env.STORE || undefined,
    allowFile: readSwitch(env, 'ALLOW_FILE', false),
    maxWork: readInteger(env, 'MAX_WORK_PER_REQUEST', {
      fallback: treeDefaults.maxWorkPerRequest,
      least: 1,
      most: 10_000,
    }),
    maxLanes: fanOut && functionName ? lanes : 0,
    slots: readInteger(env, 'MAX_SLOTS', { fallback: treeDefaults.slots, least: 1, most: 1_000_000 }),
    maxDepth: readInteger(env, 'MAX_DEPTH', {
      fallback: treeDefaults.maxDepth,
      least: 0,
      most: MAX_DEPTH_CAP,
    }),
  });
};
