import { treeDefaults } from '../../engine/limits.ts';
import {
  type Architecture,
  ConfigurationError,
  type Environment,
  prices,
  quote,
  readInteger,
  readSwitch,
} from '../../platform/index.ts';
import { readTargets, type Targets } from '../targets.ts';

/** What the environment says about jobs; read once per execution environment, never changed. */
export interface JobsConfig {
  /** The functions that jobs may run (`FUNCTIONS`). */
  readonly targets: Targets;
  /** ARN of the state machine (`STATE_MACHINE`). */
  readonly stateMachine: string;
  /** Where jobs and their results are: the store of the functions (`STORE`). */
  readonly store: string;
  /** Whether lists may be files: on the local host only (`ALLOW_FILE`). */
  readonly allowFile: boolean;
  /** Most invocations of a tree at once (`MAX_SLOTS`). */
  readonly slots: number;
  /** Of the functions (`FUNCTION_MEMORY_MB`); 0, the default, where they cost nothing. */
  readonly memoryMb: number;
  /** Of the functions (`FUNCTION_ARCHITECTURE`). Default arm64. */
  readonly architecture: Architecture;
}

const required = (env: Environment, name: string, expected: string): string => {
  const text = env[name];
  if (text) return text;
  throw new ConfigurationError(`${name}: expected ${expected}, found none`);
};

const readArchitecture = (text = ''): Architecture => {
  if (text === '' || text === 'arm64') return 'arm64';
  if (text === 'x86_64') return text;
  const known = Object.keys(prices.gbSecond).join(', ');
  throw new ConfigurationError(`FUNCTION_ARCHITECTURE: expected one of ${known}, received ${quote(text)}`);
};

/** Reads the environment of `jobs`. @throws ConfigurationError for a missing or malformed variable. */
export const readJobsConfig = (env: Environment): JobsConfig =>
  Object.freeze({
    targets: readTargets(env.FUNCTIONS),
    stateMachine: required(env, 'STATE_MACHINE', 'the ARN of a state machine'),
    store: required(env, 'STORE', 's3://bucket/prefix (or file:///folder), as the functions have it'),
    allowFile: readSwitch(env, 'ALLOW_FILE', false),
    slots: readInteger(env, 'MAX_SLOTS', { fallback: treeDefaults.slots, least: 1, most: 1_000_000 }),
    memoryMb: readInteger(env, 'FUNCTION_MEMORY_MB', { fallback: 0, least: 0, most: 10_240 }),
    architecture: readArchitecture(env.FUNCTION_ARCHITECTURE),
  });
