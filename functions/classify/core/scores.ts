/** What makes confidences of the graph's numbers; `none` where they are confidences already. */
export type Activation = 'softmax' | 'sigmoid' | 'none';

/**
 * Softmax: `exp(z_i) / Σ exp(z_j)`, computed on `z − max z` so that no logit overflows. A NaN, or a +Infinity,
 * among the logits makes NaN of the result; it is for `topK` to refuse it.
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

/** The logistic sigmoid of each: `1 / (1 + exp(−z))`. */
const sigmoid = (logits: Float32Array): Float64Array => {
  const shares = new Float64Array(logits.length);
  for (let index = 0; index < logits.length; index += 1) {
    shares[index] = 1 / (1 + Math.exp(-(logits[index] ?? Number.NaN)));
  }
  return shares;
};

/** The graph's numbers as confidences. */
export const activate = (numbers: Float32Array, activation: Activation): Float32Array | Float64Array => {
  switch (activation) {
    case 'softmax':
      return softmax(numbers);
    case 'sigmoid':
      return sigmoid(numbers);
    case 'none':
      return numbers;
    default:
      return activation satisfies never;
  }
};
