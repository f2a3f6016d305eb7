/** What the graph's output is: raw scores, or probabilities already (`"output"` in `config.json`). */
export const outputKinds = ['logits', 'probabilities'] as const;
export type OutputKind = (typeof outputKinds)[number];

/**
 * Softmax: `exp(z_i) / Σ exp(z_j)`, computed on `z − max z` so that no logit overflows. A NaN, or a +Infinity,
 * among the logits makes NaN of the result; it is for {@link topK} to refuse it.
 */
export const softmax = (logits: Float32Array): Float64Array => {
  const largest = logits.reduce((most, logit) => Math.max(most, logit), Number.NEGATIVE_INFINITY);
  const powers = Float64Array.from(logits, (logit) => Math.exp(logit - largest));
  const total = powers.reduce((sum, power) => sum + power, 0);
  return powers.map((power) => power / total);
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
