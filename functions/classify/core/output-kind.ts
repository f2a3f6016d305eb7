import { ModelLoadError } from '../../../platform/index.ts';
import type { OutputKind } from './scores.ts';

/** How far a sum of 1,000 half-precision probabilities may be from 1, with room to spare. */
const tolerance = 0.01;

/**
 * Settles whether the graph ends in softmax, from what `config.json` says and from the scores of one run. Softmax
 * on probabilities flattens every score, and logits taken for probabilities are none: both would be silent.
 *
 * @param declared what `config.json` says, if anything; silence means logits
 * @throws ModelLoadError where nothing is declared and the scores are a probability distribution, and where
 *   probabilities are declared and a score lies outside 0 to 1
 */
export const settleOutputKind = (
  declared: OutputKind | undefined,
  scores: Float32Array,
  where = 'config.json',
): OutputKind => {
  const stray = scores.find((score) => score < -tolerance || score > 1 + tolerance);
  if (declared === 'probabilities' && stray !== undefined) {
    throw new ModelLoadError(
      `${where}: expected scores from 0 to 1, since "output" is "probabilities", received ${stray} for a blank picture; a graph that does not end in softmax wants "output": "logits"`,
    );
  }
  const total = scores.reduce((sum, score) => sum + score, 0);
  if (declared === undefined && scores.length > 1 && stray === undefined && Math.abs(total - 1) < tolerance) {
    throw new ModelLoadError(
      `${where}: expected logits, received scores that are probabilities already (they sum to ${total.toFixed(3)} for a blank picture); say "output": "probabilities", or "output": "logits" to insist`,
    );
  }
  return declared ?? 'logits';
};
