import type { Summary } from '../../engine/index.ts';
import type { Run, RunInvocation } from '../../view/index.ts';
import { PREVIEW_CAP } from './previews.ts';
import { pricedAs } from './price.ts';
import { costOf, invocationsOf, noCounts } from './run-of.ts';

/** As much of a digest as tells it from others. */
const DIGEST = /^([0-9a-f]{12})[0-9a-f]{52}$/;

/** Words of a summary that say who answered: the version, the model's sha256. */
const wordsOf = ({ rootRequestId: _, ...summary }: Summary): Run['facts'] =>
  Object.entries(summary).flatMap(([name, value]) =>
    typeof value === 'string' ? [[name, value.replace(DIGEST, '$1…')] as const] : [],
  );

/** The trees of a run's batches, as they end. */
export interface KeptTree {
  /** The end of the next batch; its paths begin with its number, from 0. */
  add(summary: Summary): void;
  /** All of the run but its pictures. */
  run(elapsedMs: number): Omit<Run, 'items'>;
}

/**
 * Keeps what the trees of a run's batches come to.
 *
 * @param where what it ran on; undefined for this machine
 * @param startedMs epoch ms
 */
export const keepTree = ({
  title,
  where,
  startedMs,
}: {
  readonly title: string;
  readonly where: string | undefined;
  readonly startedMs: number;
}): KeptTree => {
  const roots: string[] = [];
  const invocations: RunInvocation[] = [];
  let counts = noCounts;
  let facts: Run['facts'] = [];
  return {
    add: (summary) => {
      for (const one of invocationsOf(summary.receipts ?? [], startedMs, roots.length)) invocations.push(one);
      roots.push(summary.rootRequestId);
      counts = {
        invocations: counts.invocations + summary.invocations,
        depth: Math.max(counts.depth, summary.depth),
        throttled: counts.throttled + summary.throttled,
        retried: counts.retried + summary.retried,
      };
      facts = wordsOf(summary);
    },
    run: (elapsedMs) => ({
      ...{ title, startedMs, elapsedMs, roots, counts, invocations, previewCap: PREVIEW_CAP },
      facts: [['ran on', where ?? 'this machine'], ...facts, ['priced as', pricedAs]],
      cost: { usd: costOf(invocations), about: where === undefined ? 'would cost on AWS' : 'cost on AWS' },
    }),
  };
};
