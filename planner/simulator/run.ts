import type { Range } from '../../engine/policy/index.ts';
import type { DeadlockWatch } from './deadlock.ts';
import type { Environments } from './environments.ts';
import type { Outcomes } from './items.ts';
import type { Ledger } from './ledger.ts';
import type { StoredResults } from './parts.ts';
import type { SimulationInput } from './simulation.ts';
import type { VirtualTime } from './virtual-time.ts';

/** What a child sends its parent. */
export interface Reply {
  /** The child's, as it was told: a reply with another path belongs to somebody else. */
  readonly path: number;
  readonly version: number;
  readonly outcomes: Outcomes;
  /** Ranges it could find no child for, in its own indexes. */
  readonly undone: readonly { readonly start: number; readonly end: number; readonly soloCrashes: number }[];
  /** Of a stored batch. */
  readonly stored: StoredResults | undefined;
}

/** One simulated tree under way: its world, and what is counted. */
export interface Run {
  readonly input: SimulationInput;
  readonly time: VirtualTime;
  readonly deadlockWatch: DeadlockWatch;
  readonly environments: Environments;
  readonly ledger: Ledger;
  readonly poison: ReadonlySet<number>;
  /** Milliseconds, by item. */
  readonly itemMs: Float64Array;
  readonly invalid: Uint8Array;
  /** Parts that are in the store, whoever knows of them. */
  readonly store: Range[];
  readonly arrivals: Uint8Array;
  readonly worked: Uint8Array;
  readonly soloCrashes: Uint8Array;
  /** Uniform in [0, 1), seeded. */
  random(): number;
  /** A path of its own for every call, repeated ones too. */
  nextPath(): number;
  /** The version that the alias points to at present. */
  aliasVersion(): number;
  /** The last reply that was sent, by anybody. */
  lastReply: Reply | undefined;
}

/** Whether a fault of that probability strikes. A fault that cannot happen draws no number. */
export const strikes = ({ random }: Run, probability: number): boolean =>
  probability > 0 && random() < probability;
