import type { RecursionConfig } from '../config.ts';
import { treeDefaults } from '../limits.ts';
import { chooseWork } from '../policy/choose-work.ts';
import type { TimeSpan } from '../protocol/invocation-receipt.ts';
import type { Request } from '../protocol/request.ts';

/** How long an item takes in this execution environment, learnt from its own work. */
export interface ItemTime {
  /** @param ownWork when it worked; @param items on how many */
  learn(ownWork: readonly TimeSpan[], items: number): void;
  /** In ms, several at once counted as what passes; undefined until something was measured. */
  measured(): number | undefined;
}

/** What the last invocation counts beside all before it. */
const NEWEST = 0.5;

/** Half a tick of the clock: what took no time by it took less. */
const LEAST_MS = 0.5;

/** A moving mean: batches of one function may be of different items. */
export const createItemTime = (): ItemTime => {
  let mean: number | undefined;
  return {
    learn: (ownWork, items) => {
      if (items === 0) return;
      const ms = ownWork.reduce((sum, [start, end]) => sum + end - start, 0);
      const each = Math.max(ms, LEAST_MS) / items;
      mean = mean === undefined ? each : NEWEST * each + (1 - NEWEST) * mean;
    },
    measured: () => mean,
  };
};

/**
 * Under `MAX_WORK_PER_REQUEST=auto`, a root's request with the W that suits it, unless it says one; the whole tree then
 * has that W, since it travels in the options. A list's length is not known yet, and taken for long.
 */
export const withChosenWork = (request: Request, config: RecursionConfig, itemTime: ItemTime): Request => {
  const { options, givenOptions, items, list } = request;
  if (!config.choosesWork || options.maxWorkPerRequest !== undefined) return request;
  const input = {
    items: list === undefined ? items.length : Number.POSITIVE_INFINITY,
    slots: Math.min(config.slots, options.slots ?? config.slots),
    itemMs: itemTime.measured(),
  };
  const maxWorkPerRequest = chooseWork(input, treeDefaults.maxWorkPerRequest);
  return {
    ...request,
    options: { ...options, maxWorkPerRequest },
    givenOptions: { ...givenOptions, maxWorkPerRequest },
  };
};
