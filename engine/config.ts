import { type Environment, readInteger, readSwitch } from '../platform/index.ts';
import type { TreeShape } from './limits.ts';
import { MAX_DEPTH_CAP, MAX_PARALLEL_REQUESTS, treeDefaults } from './limits.ts';
import { MOST_CHOSEN_WORK } from './policy/choose-work.ts';

/** What the environment says about the recursion; read once per execution environment, never changed. */
export interface RecursionConfig extends TreeShape {
  /** Whether a root chooses W by itself (`MAX_WORK_PER_REQUEST=auto`); `maxWork` is then the most it may choose. */
  readonly choosesWork?: boolean;
  /** The function itself, without qualifier; absent outside Lambda, where everything is done in place. */
  readonly functionName: string | undefined;
  /** What children are called by; absent under `sam local`, which knows no qualifiers. */
  readonly qualifier: string | undefined;
  /** The version that runs; a context that does not say is believed to be of it. */
  readonly functionVersion: string | undefined;
  /** Where payloads, results of stored batches and abort markers are put: `s3://…` or `file://…` (`STORE`). */
  readonly store: string | undefined;
  /** What metrics are told apart by where several deployments share an account (`STACK_NAME`). */
  readonly stack?: string;
  /** Whether a manifest may be a file: under the local host only (`ALLOW_FILE`). */
  readonly allowFile: boolean;
}

const readWork = (env: Environment): Pick<RecursionConfig, 'maxWork' | 'choosesWork'> =>
  env.MAX_WORK_PER_REQUEST === 'auto'
    ? { maxWork: MOST_CHOSEN_WORK, choosesWork: true }
    : {
        maxWork: readInteger(env, 'MAX_WORK_PER_REQUEST', {
          fallback: treeDefaults.maxWorkPerRequest,
          least: 1,
          most: 10_000,
        }),
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
    ...(env.STACK_NAME && { stack: env.STACK_NAME }),
    allowFile: readSwitch(env, 'ALLOW_FILE', false),
    ...readWork(env),
    maxLanes: fanOut && functionName ? lanes : 0,
    slots: readInteger(env, 'MAX_SLOTS', { fallback: treeDefaults.slots, least: 1, most: 1_000_000 }),
    maxDepth: readInteger(env, 'MAX_DEPTH', {
      fallback: treeDefaults.maxDepth,
      least: 0,
      most: MAX_DEPTH_CAP,
    }),
  });
};
