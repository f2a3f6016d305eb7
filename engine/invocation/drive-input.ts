import type { WireError } from '../../platform/index.ts';
import type { ChildAnswer, ChildRequest, Clock } from '../child/ports.ts';
import type { Outcome } from '../policy/outcome.ts';
import type { Plan } from '../policy/plan.ts';
import type { QueuedRange } from '../policy/queue.ts';
import type { Range } from '../policy/range.ts';
import type { Rules } from '../policy/state.ts';
import type { Tolerance } from '../policy/tolerance.ts';
import type { TimeSpan } from '../protocol/invocation-receipt.ts';
import type { ItemSource } from '../stored-batch/item-source.ts';

/** What own work is told beside the items of a round. */
export interface Round {
  /** Index of the round's first item. */
  readonly start: number;
  readonly signal: AbortSignal;
  report(index: number, outcome: Outcome<unknown>): void;
  ready(): void;
}

/** How many items have their outcome. */
export interface Done {
  readonly succeeded: number;
  readonly failed: number;
}

/** Everything one invocation needs to answer its items. */
export interface DriveInput {
  /** What is to be done, numbered from 0. */
  readonly items: ItemSource;
  readonly plan: Plan;
  readonly rules: Rules;
  /** Stop at the first error, or answer every item. */
  readonly onError: 'raise' | 'collect';
  /** When to stop under `collect` all the same. Default: never. */
  readonly tolerance?: Tolerance | undefined;
  /** Items of the batch that have their outcome already and are not among `items`; `tolerance` counts them. */
  readonly before?: Done | undefined;
  /** Epoch ms. */
  readonly deadline: number;
  readonly clock: Clock;
  /** Aborted when the caller has gone. */
  readonly signal?: AbortSignal | undefined;
  /** One outcome per item; undefined for one that is pending because the round's signal was aborted. */
  work(items: readonly unknown[], round: Round): Promise<readonly (Outcome<unknown> | undefined)[]>;
  /** Rejects only where no call can be made at all from here: that ends the whole. */
  callChild(request: ChildRequest): Promise<ChildAnswer>;
  /** Results are told to `observe` and not kept: one object stands for all of them. Default false. */
  readonly handsOn?: boolean | undefined;
  /** Told of every answer as it comes, and of every child that ended. What it throws stops the whole. */
  readonly observe?: ((event: DriveEvent) => void) | undefined;
}

/** What happens while an invocation is under way. */
export type DriveEvent =
  | { readonly kind: 'item'; readonly index: number; readonly outcome: Outcome<unknown> }
  | {
      readonly kind: 'child';
      readonly answer: ChildAnswer;
      readonly range: Range;
      readonly attempt: number;
      /** From the call to its end. */
      readonly span: TimeSpan;
    }
  /** A child of that version has told of an item, and goes on. */
  | { readonly kind: 'told'; readonly version: string }
  /** Own work begins with a range. */
  | { readonly kind: 'round'; readonly range: Range }
  /** Children were refused or lost, and none is called before `untilMs` (epoch ms). */
  | { readonly kind: 'waiting'; readonly untilMs: number };

/** The outcomes of one invocation, by index: the first one of an item counts. */
export interface Outcomes {
  readonly all: readonly (Outcome<unknown> | undefined)[];
  put(index: number, outcome: Outcome<unknown>): void;
  /** The same error for each item of a range that has no outcome yet. */
  fail(range: Range, error: WireError): void;
  /** Closes the book: what comes later changes nothing. */
  close(): void;
}

/** What came of it. */
export interface DriveResult {
  /** One per item; undefined for one that is pending: it was given back, or the whole was stopped. */
  readonly outcomes: readonly (Outcome<unknown> | undefined)[];
  readonly givenBack: readonly QueuedRange[];
  /** Items whose error is that they crash whoever works on them, by index. */
  readonly named: readonly number[];
  /** Why it was stopped, if it was: the first error under `raise`, the deadline, the caller's abort, the observer. */
  readonly stopped: Error | undefined;
  /** Whether it was the deadline that stopped it. */
  readonly late: boolean;
  /** Whether it was stopped because enough items had succeeded. */
  readonly enough: boolean;
}
