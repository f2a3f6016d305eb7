import { decide, noStats } from '../engine/jobs/index.ts';
import { PART_AGE_MS, PART_BYTES } from '../engine/limits.ts';
import { prices } from '../platform/index.ts';
import type { PlanOptions } from './plan-options.ts';
import type { TreePlan } from './tree.ts';

/** What a batch takes as a job: its tree again and again, until nothing is missing. */
export interface JobPlan {
  /** Of the state machine: one, whatever the batch's size. */
  readonly executions: number;
  /** Of the function's root. */
  readonly runs: number;
  readonly transitions: number;
  /** Of the execution; Step Functions keeps 25,000. */
  readonly historyEvents: number;
  /** Objects with results. */
  readonly parts: number;
  readonly wallMs: number;
  /** At list price: Lambda, Step Functions, and the requests of S3 that write the parts. */
  readonly dollars: number;
}

/** A run keeps this from its time-out: for its answer, and for its last parts and their index (`serveManifest`). */
const RUN_MARGIN_MS = 1_500;

/** A turn of the state machine between two runs: the function `jobs`, warm, with a listing. */
const TURN_MS = 1_000;

/** Decide, Choose, Run: `infra/constructs/job-machine.ts`; the last turn is Decide, Choose, Tell. */
const TRANSITIONS_PER_TURN = 3;
/** A task has five events, a choice two; a start and an end of the execution. */
const EVENTS_PER_TURN = 12;

/** A PUT of S3 Standard in us-east-1. Source: Amazon S3 pricing. */
const PUT_DOLLARS = 5 / 1_000_000;

/**
 * Runs the state machine of a job over the plan of its tree, in virtual time: every decision is the engine's own, and a
 * run does what the warm tree does until the function's time-out.
 */
export const planJob = (plan: TreePlan, options: PlanOptions): JobPlan => {
  const { items, timeoutMs, maxWork, resultBytes } = options;
  const perMs = items / Math.max(1, plan.warm.wallMs);
  const runMs = Math.max(1, timeoutMs - RUN_MARGIN_MS);
  // those whose children send their results with their replies
  const writers = plan.levels
    .filter(({ largest }) => largest > maxWork)
    .reduce((sum, { invocations }) => sum + Math.max(1, invocations), 0);
  let missing = items;
  let before = items;
  let [runs, wallMs, parts] = [0, 0, 0];
  for (;;) {
    const counts = { items, succeeded: items - before, failed: 0, missing: before };
    const ran = runs === 0 ? ({ kind: 'not yet' } as const) : ({ kind: 'answered', stats: noStats } as const);
    const decision = decide({ counts, stalled: 0 }, ran, {
      control: {},
      missing,
      indexed: missing === 0,
      raises: false,
    });
    wallMs += TURN_MS;
    if (decision.go === 'end') break;
    const tookMs = Math.min(runMs, missing / perMs);
    const done = tookMs < runMs ? missing : Math.max(1, Math.floor(tookMs * perMs));
    const byAge = writers * Math.ceil(tookMs / PART_AGE_MS);
    parts += Math.max(byAge, Math.ceil((done * resultBytes) / PART_BYTES));
    wallMs += decision.seconds * 1_000 + tookMs;
    runs += 1;
    [before, missing] = [missing, missing - done];
  }
  const turns = runs + 1;
  const transitions = turns * TRANSITIONS_PER_TURN;
  return {
    executions: 1,
    runs,
    transitions,
    historyEvents: turns * EVENTS_PER_TURN + 2,
    parts,
    wallMs,
    dollars: plan.warm.dollars + transitions * prices.transition + parts * PUT_DOLLARS,
  };
};
