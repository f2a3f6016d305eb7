import { chooseWork } from '../engine/policy/index.ts';
import { cautionsOf } from './caution.ts';
import { type JobPlan, planJob } from './job-plan.ts';
import { ownWorkOf, type PlanOptions, planDefaults } from './plan-options.ts';
import { type Recommendation, recommend } from './recommend.ts';
import { renderPlan } from './render.ts';
import { speedOf } from './simulator/own-schedule.ts';
import { planTree, type TreePlan } from './tree.ts';
import type { TreeInput } from './tree-input.ts';

/** What `droste plan N` prints, either way. */
export interface PlanReport {
  /** Lines for people, without a line end after the last one. */
  readonly text: string;
  /** The same as data, for `--json`. */
  readonly json: {
    readonly options: PlanOptions;
    readonly plan: TreePlan;
    /** Absent for a batch of nothing. */
    readonly recommendation: Recommendation | undefined;
    /** W that `MAX_WORK_PER_REQUEST=auto` chooses once it has measured an item. */
    readonly autoWork: number;
    /** Where it was asked for. */
    readonly job?: JobPlan;
    readonly cautions: readonly string[];
  };
}

const inputOf = (options: PlanOptions): TreeInput => ({
  items: options.items,
  shape: {
    maxWork: options.maxWork,
    maxLanes: options.maxLanes,
    slots: options.slots,
    maxDepth: options.maxDepth,
  },
  root: options.root,
  times: { latencyMs: options.latencyMs, coldStartMs: options.coldStartMs, itemMs: options.itemMs },
  own: ownWorkOf(options),
  machine: { memoryMb: options.memoryMb, architecture: options.architecture },
  bytes: { perReference: options.referenceBytes, perResult: options.resultBytes },
});

const recommendationOf = (input: TreeInput, options: PlanOptions): Recommendation | undefined =>
  options.items === 0
    ? undefined
    : recommend({
        ...input,
        slots: options.slots,
        maxDepth: options.maxDepth,
        timeoutMs: options.timeoutMs,
        goal:
          options.withinMs === undefined
            ? { minimise: 'time' }
            : { minimise: 'cost', withinMs: options.withinMs },
      });

/**
 * Plans a batch before anything is spent: the tree, what it takes, warm and cold, and the W and P to prefer for these
 * times. What is not given is `planDefaults`.
 */
export const planReport = (asked: Pick<PlanOptions, 'items'> & Partial<PlanOptions>): PlanReport => {
  const options: PlanOptions = { ...planDefaults, ...asked };
  const input = inputOf(options);
  const plan = planTree(input);
  const recommendation = recommendationOf(input, options);
  const job = options.job ? planJob(plan, options) : undefined;
  const cautions = cautionsOf(plan, options);
  const itemMs = options.itemMs / speedOf(input.own);
  const autoWork = chooseWork({ ...options, itemMs }, planDefaults.maxWork);
  return {
    text: renderPlan(plan, options, { recommendation, autoWork, job, cautions }),
    json: { options, plan, recommendation, autoWork, ...(job && { job }), cautions },
  };
};
