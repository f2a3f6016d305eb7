import { runBatch } from '../../client/index.ts';
import type { Callee } from '../../functions/orchestrate/index.ts';
import type { Picture } from '../inputs/picture.ts';
import type { Answer } from '../output/format.ts';
import type { ResultCache } from './result-cache.ts';
import type { PieceBatch, PieceResult, Target } from './target.ts';

/** What a piece of a run is done with. */
export interface PieceRun extends Omit<PieceBatch, 'items' | 'onOutcome'> {
  /** The functions that pictures go through, where there are several. */
  readonly parts: readonly Callee[] | undefined;
  readonly cache: ResultCache | undefined;
  /** Opens what the pictures run on. */
  target(pictures: readonly Picture[]): Promise<Target>;
  /** Called with the answer of each picture, by its place in the piece, as it comes. */
  onAnswer(index: number, answer: Answer): void;
}

/** Runs a function over some pictures, those whose results are cached excepted; undefined where all of them are. */
export const runPiece = async (
  pictures: readonly Picture[],
  { cache, target: openTarget, onAnswer, parts, ...given }: PieceRun,
): Promise<PieceResult | undefined> => {
  const { signal, versions } = given;
  const known = await cache?.look(pictures, signal);
  const missing: { readonly picture: Picture; readonly index: number }[] = [];
  for (const [index, picture] of pictures.entries()) {
    if (known?.has(picture)) onAnswer(index, { picture, outcome: { results: known.get(picture) } });
    else missing.push({ picture, index });
  }
  if (missing.length === 0) return undefined;
  const wanted = missing.map(({ picture }) => picture);
  const target = await openTarget(wanted);
  const batch: PieceBatch = {
    ...given,
    items: await target.send(wanted, signal),
    onOutcome: (at, outcome) => {
      const found = missing[at];
      if (found === undefined) return;
      const { picture, index } = found;
      if ('results' in outcome) cache?.keep(picture, outcome.results);
      onAnswer(index, { picture, outcome });
    },
  };
  if (parts) return (await import('./several.ts')).runSeveral(parts, target, batch);
  const { summary, stopped } = await runBatch({ ...target, ...batch, version: versions.get('') });
  if (summary.version !== undefined) versions.set('', summary.version);
  return { trees: [{ name: '', summary }], stopped };
};
