import { REPLY_MAX_BYTES, SYNC_REQUEST_MAX_BYTES } from '../platform/index.ts';
import type { PlanOptions } from './plan-options.ts';
import { lambdaScaling } from './simulator/world.ts';
import type { TreePlan } from './tree.ts';

const whole = (value: number): string => Math.round(value).toLocaleString('en');

/** What stands between a plan and its estimate, one sentence each; nothing if nothing does. */
export const cautionsOf = (plan: TreePlan, options: PlanOptions): readonly string[] => {
  const { bytes, cold, peak } = plan;
  const cautions: string[] = [];
  if (bytes.largestRequest > SYNC_REQUEST_MAX_BYTES) {
    cautions.push(
      `The largest request would be ${whole(bytes.largestRequest)} bytes; Lambda carries ${whole(SYNC_REQUEST_MAX_BYTES)}: ` +
        'it is split, or put aside in the store if there is one.',
    );
  }
  if (Math.max(bytes.largestReply, options.root === 'function' ? bytes.rootReply : 0) > REPLY_MAX_BYTES) {
    cautions.push(
      `The largest reply would be ${whole(Math.max(bytes.largestReply, bytes.rootReply))} bytes; Lambda carries ` +
        `${whole(REPLY_MAX_BYTES)}: it needs the store, or the command as the root.`,
    );
  }
  if (options.root === 'function' && !options.job && cold.wallMs > options.timeoutMs) {
    cautions.push(
      `The root would run ${whole(cold.wallMs / 1000)} s, and its time-out is ${whole(options.timeoutMs / 1000)} s: a job outlives it (--job).`,
    );
  }
  if (peak > lambdaScaling.environments) {
    cautions.push(
      `${whole(peak)} environments at once are more than Lambda starts within 10 s (${whole(lambdaScaling.environments)}), ` +
        'and than its default account limit.',
    );
  }
  return cautions;
};
