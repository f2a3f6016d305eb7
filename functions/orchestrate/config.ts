import { treeDefaults } from '../../engine/limits.ts';
import { type Environment, readInteger } from '../../platform/index.ts';
import { readTargets, type Targets } from '../targets.ts';

/** What the environment says about orchestrate; read once per execution environment, never changed. */
export interface OrchestrateConfig {
  /** The functions that requests may name (`FUNCTIONS`). */
  readonly targets: Targets;
  /** Calls open at once over all functions of a request (`MAX_CALLS`). Default 5. */
  readonly calls: number;
  /** Invocations of all functions of a request at once (`MAX_SLOTS`). Default 100. */
  readonly slots: number;
}

/** Enough to keep several functions busy at once; each call is the root of a tree of its own. */
const DEFAULT_CALLS = 5;

/** Reads orchestrate's environment. @throws ConfigurationError for a missing or malformed variable. */
export const readOrchestrateConfig = (env: Environment): OrchestrateConfig =>
  Object.freeze({
    targets: readTargets(env.FUNCTIONS),
    calls: readInteger(env, 'MAX_CALLS', { fallback: DEFAULT_CALLS, least: 1, most: 512 }),
    slots: readInteger(env, 'MAX_SLOTS', { fallback: treeDefaults.slots, least: 1, most: 1_000_000 }),
  });
