import { ModelLoadError } from '../../../platform/index.ts';

/** A class by its index, and how sure the model is of it. */
export interface Ranked {
  readonly index: number;
  readonly confidence: number;
}

/**
 * The k largest probabilities, best first, exact ties by lower index; all of them where there are fewer than k.
 * An insertion into a short list: about n comparisons, since after the first few almost nothing enters it.
 *
 * @throws ModelLoadError for a NaN, naming its index: no order holds it
 */
export const topK = (probabilities: Float32Array | Float64Array, k: number): readonly Ranked[] => {
  const best: Ranked[] = [];
  for (let index = 0; index < probabilities.length; index += 1) {
    const confidence = probabilities[index] ?? Number.NaN;
    if (Number.isNaN(confidence)) {
      throw new ModelLoadError(
        `expected a number as the score of every class, received NaN for class ${index}`,
      );
    }
    const worst = best[k - 1];
    if (worst !== undefined && confidence <= worst.confidence) continue;
    let place = Math.min(best.length, k);
    while (place > 0 && confidence > (best[place - 1]?.confidence ?? Number.POSITIVE_INFINITY)) place -= 1;
    best.splice(place, 0, { index, confidence });
    if (best.length > k) best.pop();
  }
  return best;
};
