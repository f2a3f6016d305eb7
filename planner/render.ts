import type { JobPlan } from './job-plan.ts';
import { ownWorkOf, type PlanOptions } from './plan-options.ts';
import type { Recommendation } from './recommend.ts';
import { speedOf } from './simulator/own-schedule.ts';
import type { Level } from './subtree.ts';
import type { Estimate, TreePlan } from './tree.ts';

const whole = (value: number): string => Math.round(value).toLocaleString('en');
const seconds = (ms: number): string => `${(ms / 1000).toFixed(2)} s`;
const hours = (ms: number): string => (ms < 3_600_000 ? seconds(ms) : `${(ms / 3_600_000).toFixed(2)} h`);
const dollars = (amount: number): string => `$${amount < 1 ? amount.toPrecision(3) : amount.toFixed(2)}`;
const gbSeconds = (count: number): string => (count < 100 ? count.toPrecision(3) : whole(count));
const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;

const bytes = (count: number): string => {
  if (count < 1_024) return `${whole(count)} B`;
  return count < 1_048_576 ? `${(count / 1_024).toFixed(1)} KB` : `${(count / 1_048_576).toFixed(1)} MB`;
};

const plural = (count: number, word: string): string => `${whole(count)} ${word}${count === 1 ? '' : 's'}`;

const levelLine = ({ invocations, smallest, largest }: Level, depth: number): string => {
  const each =
    smallest === largest ? plural(largest, 'item') : `${whole(smallest)} to ${whole(largest)} items`;
  const who =
    depth === 0 ? (invocations === 0 ? 'the caller' : 'the root') : plural(invocations, 'invocation');
  return `  ${'  '.repeat(depth)}${who}, ${each}${depth === 0 ? '' : ' each'}`;
};

const estimateLine = (name: string, estimate: Estimate): string =>
  `${name.padEnd(12)}${seconds(estimate.wallMs)}, ${dollars(estimate.dollars)}, ${plural(estimate.invocations, 'invocation')}, ` +
  `${gbSeconds(estimate.gbSeconds)} GB-seconds, ${percent(estimate.usefulShare)} of it work`;

const bytesLine = ({ bytes: { largestRequest, largestReply, total, rootReply } }: TreePlan): string => {
  const calls =
    total === 0
      ? 'none between invocations'
      : `requests up to ${bytes(largestRequest)}, replies up to ${bytes(largestReply)}, ${bytes(total)} in all`;
  return `${'bytes'.padEnd(12)}${calls}; the whole answer ${bytes(rootReply)}`;
};

const recommendationLine = ({ maxWork, maxLanes, estimate, isWithin }: Recommendation): string =>
  `${'recommended'.padEnd(12)}--max-work ${maxWork} --parallel ${maxLanes}: ${seconds(estimate.wallMs)} cold, ${dollars(estimate.dollars)}` +
  (isWithin ? '' : ' (the fastest; no shape is within the time asked for)');

/** How many items pass in one environment in the time of one, where that is not one. */
const ownWorkNote = (options: PlanOptions): string => {
  const speed = speedOf(ownWorkOf(options));
  return speed === 1 ? '' : `; ${Number(speed.toFixed(2))} items at once in an environment`;
};

const jobLine = (job: JobPlan): string =>
  `${'job'.padEnd(12)}${plural(job.executions, 'execution')} of ${plural(job.runs, 'run')}: ${plural(job.transitions, 'state transition')}, ` +
  `${plural(job.historyEvents, 'event')} of 25,000, ${plural(job.parts, 'part')}, ${hours(job.wallMs)}, ${dollars(job.dollars)} warm`;

/** A plan as text: the tree by levels, bytes, time and cost, and what to configure instead. */
export const renderPlan = (
  plan: TreePlan,
  options: PlanOptions,
  {
    recommendation,
    autoWork,
    job,
    cautions,
  }: {
    readonly recommendation: Recommendation | undefined;
    readonly autoWork: number;
    readonly job?: JobPlan | undefined;
    readonly cautions: readonly string[];
  },
): string =>
  [
    `${plural(plan.items, 'item')}, W ${options.maxWork}, P ${options.maxLanes}, ${plural(options.slots, 'slot')}; ` +
      `${options.itemMs} ms an item, ${options.latencyMs} ms each way, ${options.coldStartMs} ms a cold start${ownWorkNote(options)}`,
    ...plan.levels.map(levelLine),
    `${'depth'.padEnd(12)}${plan.depth}, at most ${plural(plan.peak, 'invocation')} at once`,
    bytesLine(plan),
    estimateLine('warm', plan.warm),
    estimateLine('cold', plan.cold),
    ...(job ? [jobLine(job)] : []),
    ...(recommendation ? [recommendationLine(recommendation)] : []),
    `${'auto'.padEnd(12)}--max-work ${autoWork} is what MAX_WORK_PER_REQUEST=auto chooses`,
    `${'prices'.padEnd(12)}list, us-east-1, ${options.memoryMb} MB ${options.architecture}, without free tier, storage and transfer`,
    ...cautions.map((caution) => `caution: ${caution}`),
  ].join('\n');
