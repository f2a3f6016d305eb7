/** What the graph's output is: raw scores, or probabilities already (`"output"` in `config.json`). */
export const outputKinds = ['logits', 'probabilities'] as const;
export type OutputKind = (typeof outputKinds)[number];

/**
 * Softmax: `exp(z_i) / Σ exp(z_j)`, computed on `z − max z` so that no logit overflows. A NaN, or a +Infinity,
 * among the logits makes NaN of the result; it is for {@link topK} to refuse it.
 */
export const softmax = (logits: Float32Array): Float64Array => {
  // plain loops: with callbacks this takes longer than copying the picture into the tensor
  let largest = Number.NEGATIVE_INFINITY;
  for (const logit of logits) largest = Math.max(largest, logit);
  const powers = new Float64Array(logits.length);
  let total = 0;
  for (let index = 0; index < logits.length; index += 1) {
    const power = Math.exp((logits[index] ?? Number.NaN) - largest);
    powers[index] = power;
    total += power;
  }
  for (let index = 0; index < powers.length; index += 1) powers[index] = (powers[index] ?? 0) / total;
  return powers;
};

/** Scores as probabilities: logits through softmax, probabilities untouched. */
export const probabilities = (scores: Float32Array, kind: OutputKind): Float32Array | Float64Array => {
  switch (kind) {
    case 'logits':
      return softmax(scores);
    case 'probabilities':
      return scores;
    default:
      return kind satisfies never;
  }
};
