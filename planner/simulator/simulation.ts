import type { TreeShape } from '../../engine/index.ts';
import type { Range } from '../../engine/policy/index.ts';
import type { Faults } from './faults.ts';
import type { Outcomes } from './items.ts';
import type { LedgerCounts } from './ledger.ts';
import type { OwnWork } from './own-schedule.ts';
import type { Machine } from './price.ts';
import type { Times, World } from './world.ts';

/** Who decides what happens when a child cannot be had. */
export const policies = Object.freeze({
  /** The engine's own: whoever cannot get a child does the work itself. */
  droste: 'droste',
  /** What a naive fan-out does: its own share, and for the rest it calls and calls again. */
  retryOnly: 'retry-only',
});
export type PolicyName = (typeof policies)[keyof typeof policies];

/** The root: a function that works too, or a caller outside Lambda (the command, the client) that only calls. */
export type Root = 'function' | 'caller';

/** One tree to simulate; plain data, so that it can be written as one command (`replayCommand`). */
export interface SimulationInput {
  readonly items: number;
  readonly shape: TreeShape;
  readonly world: World;
  readonly times: Times;
  readonly faults: Faults;
  /** How an environment works on its items. */
  readonly own: OwnWork;
  /** Results go to a store in parts, and one has so many bytes. Absent: they travel with the replies. */
  readonly storedBytes?: number;
  readonly machine: Machine;
  readonly root: Root;
  readonly policy: PolicyName;
  /** One seed is one run. */
  readonly seed: number;
  /** Entries of virtual time after which a tree counts as never ending. */
  readonly patience: number;
}

/** How a run ended. */
export type Ending =
  | 'finished'
  /** The root itself died, of a poisoned item in its own share. One that was killed is called again. */
  | 'root-crashed'
  /** Every slot is held by an invocation that waits for a child; see `Deadlock`. */
  | 'deadlocked'
  /** Nothing was due any more, and there was no answer: a bug of the policy. */
  | 'stalled'
  | 'out-of-patience';

/** Who held what when nothing could ever happen again. */
export interface Deadlock {
  /** The last time at which anything but a refusal happened; milliseconds. */
  readonly sinceMs: number;
  /** Environments held by invocations with idle own work that wait for a child. */
  readonly waiting: number;
  readonly concurrencyLimit: number;
  /** Calls refused since then. */
  readonly refusals: number;
  /** Items nobody had worked on. */
  readonly untouched: number;
}

/** What came of a run. */
export interface SimulationResult extends LedgerCounts {
  readonly ending: Ending;
  readonly deadlock?: Deadlock;
  /** The root's, one place per item. */
  readonly outcomes: Outcomes;
  /** How often an answer for the item reached the root, by item; one too many is a lost guarantee. */
  readonly arrivals: Uint8Array;
  /** Which items are invalid. */
  readonly invalid: Uint8Array;
  /** Of a stored batch: the parts its index is made of, which may overlap. */
  readonly parts: readonly Range[];
  /** How often the item was worked on, by item. */
  readonly worked: Uint8Array;
  /** How many children the item took along when it was their only one, by item. */
  readonly soloCrashes: Uint8Array;
  /** From the call of the root to its answer; NaN without one. */
  readonly makespanMs: number;
  /**
   * What no schedule can beat: all items' times over as many workers as slots and limit allow, and the longest item.
   */
  readonly lowerBoundMs: number;
  /** Time of it spent on items whose answers counted, in milliseconds; the rest is waiting, starting and redoing. */
  readonly usefulMs: number;
  readonly gbSeconds: number;
  readonly dollars: number;
}
