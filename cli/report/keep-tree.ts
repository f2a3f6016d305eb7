import type { Summary } from '../../engine/index.ts';
import type { Run, RunInvocation } from '../../view/index.ts';
import { PREVIEW_CAP } from './previews.ts';
import { pricedAs } from './price.ts';
import { costOf, invocationsOf, noCounts, treeName } from './run-of.ts';

/** As much of a digest as tells it from others. */
const DIGEST = /^([0-9a-f]{12})[0-9a-f]{52}$/;

/** Words of a summary that say who answered: the version, the model's sha256. @param tree `''` where there is only one */
const wordsOf = (tree: string, { rootRequestId: _, ...summary }: Summary): Run['facts'] =>
  Object.entries(summary).flatMap(([name, value]) =>
    typeof value === 'string'
      ? [[tree === '' ? name : `${tree} ${name}`, value.replace(DIGEST, '$1…')] as const]
      : [],
  );

/** The trees of a run's batches, as they end. */
export interface KeptTree {
  /** The number of the next batch, from 0. */
  readonly next: number;
  /** The end of that batch: its trees, by the names of {@link treeName}. */
  add(trees: readonly { readonly name: string; readonly summary: Summary }[]): void;
  /**
   * All of the run but its pictures.
   *
   * @param usd what it costs with its cold starts. Default: what its receipts tell, which know nothing of those
   */
  run(elapsedMs: number, usd?: number): Omit<Run, 'items'>;
}

/**
 * Keeps what the trees of a run's batches come to.
 *
 * @param where what it ran on; undefined for this machine, `''` where that is not known
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
  let batches = 0;
  return {
    get next() {
      return batches;
    },
    add: (trees) => {
      for (const { name, summary } of trees) {
        for (const one of invocationsOf(summary.receipts ?? [], startedMs, treeName(name, batches))) {
          invocations.push(one);
        }
        roots.push(summary.rootRequestId);
        counts = {
          invocations: counts.invocations + summary.invocations,
          depth: Math.max(counts.depth, summary.depth),
          throttled: counts.throttled + summary.throttled,
          retried: counts.retried + summary.retried,
        };
      }
      facts = trees.flatMap(({ name, summary }) => wordsOf(name, summary));
      batches += 1;
    },
    run: (elapsedMs, usd) => ({
      ...{ title, startedMs, elapsedMs, roots, counts, invocations, previewCap: PREVIEW_CAP },
      facts: [
        ...(where === '' ? [] : [['ran on', where ?? 'this machine'] as const]),
        ...facts,
        ['priced as', pricedAs],
      ],
      cost: {
        usd: usd ?? costOf(invocations),
        about: where ? 'cost on AWS' : 'would cost on AWS',
        withColdStarts: usd !== undefined,
      },
    }),
  };
};
