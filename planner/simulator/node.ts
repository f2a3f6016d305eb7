import type { PolicyEvent, QueuedRange } from '../../engine/policy/index.ts';
import type { Placement } from './environments.ts';
import { marks, type Outcomes } from './items.ts';
import type { OwnSchedule } from './own-schedule.ts';
import type { PartBook } from './parts.ts';
import type { Run } from './run.ts';

/**
 * How an invocation can end: with an answer, with its environment, refusing to be of another version, or because its
 * handler cannot be run.
 */
export type End = 'finished' | 'crashed' | 'skewed' | 'failed';

/** One simulated invocation. Outcomes are by its own indexes, as in the engine; it knows nothing of the batch. */
export interface Invocation {
  readonly path: number;
  readonly items: Uint32Array;
  /** Distance from the root. */
  readonly depth: number;
  /** Of this tree; a caller outside Lambda does not know it before the first reply. */
  version: number | undefined;
  /** How many times longer its environment takes. */
  readonly slowness: number;
  readonly outcomes: Outcomes;
  readonly givenBack: QueuedRange[];
  /** Children it waits for. */
  readonly children: Set<Invocation>;
  /** Whether somebody waits for its answer, up to the root. */
  attached: boolean;
  /** False once it has answered or died. */
  alive: boolean;
  /** Of its own work. */
  readonly schedule: OwnSchedule;
  /** Of a stored batch. */
  readonly parts: PartBook | undefined;
  readonly send: (event: PolicyEvent) => void;
  readonly end: (how: End) => void;
}

/** What an invocation is started with. */
export interface Start {
  readonly items: Uint32Array;
  readonly depth: number;
  readonly slots: number;
  readonly path: number;
  readonly version: number | undefined;
  /** Where it runs; absent for a caller outside Lambda, which has no own work. */
  readonly placement: Placement | undefined;
  /** When it begins: after a cold start, if it needs one. */
  readonly atMs: number;
  readonly attached: boolean;
  /** Whether it is of another version than its tree, and refuses before working. */
  readonly isSkewed: boolean;
  readonly onEnd: (invocation: Invocation, how: End) => void;
}

/**
 * Starts an invocation. What occupies environments and calls children is given it, since an invocation calls children,
 * which are invocations.
 */
export type StartInvocation = (run: Run, start: Start) => Invocation;

/** Puts an outcome in its place; the first one counts, as in the engine's driver. At the root each one is counted. */
export const answer = (
  run: Run,
  { depth, items, outcomes }: Invocation,
  at: number,
  mark: number,
  value = 0,
) => {
  const item = items[at] ?? 0;
  if (depth === 0) run.arrivals[item] = (run.arrivals[item] ?? 0) + 1;
  if (outcomes.marks[at] !== marks.open) return;
  outcomes.marks[at] = mark;
  outcomes.answers[at] = value;
};
