import { ModelLoadError } from '../../../platform/index.ts';
import type { ModelConfig } from './labels.ts';
import type { Activation } from './scores.ts';

/** What a model says of a picture, settled once from `config.json` and a run on a blank picture. */
export type AnswerKind =
  | {
      /** Classes and how sure the model is of each. */
      readonly form: 'tags';
      readonly activation: Activation;
      /** One number stands for two classes: the second's confidence, the first's being the rest to 1. */
      readonly isBinary: boolean;
      /** Whether several classes may hold at once: then all above the threshold are answered. */
      readonly isMultiLabel: boolean;
      /** Least confidence of a tag, where a request says none. */
      readonly threshold: number;
      readonly labels: readonly string[];
    }
  /** Numbers as the graph gives them, each with its name: a regression. */
  | { readonly form: 'scores'; readonly labels: readonly string[] }
  | { readonly form: 'embedding' };

/** A kind, and what is odd about it. */
export interface SettledKind {
  readonly kind: AnswerKind;
  readonly warnings: readonly string[];
}

/** How far a sum of 1,000 half-precision probabilities may be from 1, with room to spare. */
const tolerance = 0.01;

/** Fewer logits than this lie between 0 and 1 by chance too often for that to say anything. */
const TELLING = 4;

/** Least confidence of classes that do not exclude each other, as the usual threshold of a sigmoid. */
const MULTI_LABEL_THRESHOLD = 0.5;

const checkLabelCount = (labels: readonly string[], numbers: number, where: string): void => {
  if (labels.length === numbers) return;
  throw new ModelLoadError(
    `${where}: expected ${numbers} labels in id2label (the graph's outputs), received ${labels.length}`,
  );
};

const isShare = (value: number): boolean => value >= -tolerance && value <= 1 + tolerance;

/** Softmax on probabilities flattens every score, and logits taken for probabilities are none: both would be silent. */
const activationOf = (
  output: ModelConfig['output'],
  numbers: Float32Array,
  last: 'softmax' | 'sigmoid',
  where: string,
): { readonly activation: Activation; readonly warnings: readonly string[] } => {
  const stray = numbers.find((number) => !isShare(number));
  if (output === 'probabilities') {
    if (stray === undefined) return { activation: 'none', warnings: [] };
    throw new ModelLoadError(
      `${where}: expected scores from 0 to 1, since "output" is "probabilities", received ${stray} for a blank picture; a graph that does not end in ${last} wants "output": "logits"`,
    );
  }
  if (output === 'logits' || stray !== undefined) return { activation: last, warnings: [] };
  const total = numbers.reduce((sum, number) => sum + number, 0);
  const insist = 'say "output": "probabilities", or "output": "logits" to insist';
  if (last === 'softmax' && Math.abs(total - 1) < tolerance) {
    throw new ModelLoadError(
      `${where}: expected logits, received scores that are probabilities already (they sum to ${total.toFixed(3)} for a blank picture); ${insist}`,
    );
  }
  if (last === 'softmax') return { activation: last, warnings: [] };
  const all = 'all from 0 to 1 for a blank picture';
  if (numbers.length >= TELLING) {
    throw new ModelLoadError(
      `${where}: expected logits, received ${numbers.length} scores that seem to be probabilities already (${all}); ${insist}`,
    );
  }
  return {
    activation: last,
    warnings: [`${where}: the graph may end in sigmoid already (its scores are ${all}); if so, ${insist}`],
  };
};

/**
 * Settles what a model answers, as transformers' pipeline does: classes that exclude each other (softmax), classes that
 * do not (`problem_type: "multi_label_classification"`, sigmoid), one number for one class or for two (sigmoid), and
 * numbers as they are (`problem_type: "regression"`, or our `output: "scores"`); or our `output: "embedding"`.
 *
 * @param numbers what the graph answers for a blank picture
 * @throws ModelLoadError where the labels are not as many as the numbers, where nothing is declared and the numbers are
 *   probabilities already, where they are declared and are none, and for keys that contradict each other
 */
export const settleAnswerKind = (
  { labels, output, problem, threshold }: ModelConfig,
  numbers: Float32Array,
  where = 'config.json',
): SettledKind => {
  if (output === 'embedding') return { kind: { form: output }, warnings: [] };
  if (output === 'scores' || problem === 'regression') {
    if (problem === 'regression' ? output === 'probabilities' : problem !== undefined) {
      throw new ModelLoadError(
        `${where}: expected one kind of answer, received problem_type ${problem} and output ${output}`,
      );
    }
    checkLabelCount(labels, numbers.length, where);
    return { kind: { form: 'scores', labels }, warnings: [] };
  }
  const isMultiLabel = problem === 'multi_label_classification';
  const isBinary = numbers.length === 1 && labels.length === 2;
  if (!isBinary) checkLabelCount(labels, numbers.length, where);
  const last = isMultiLabel || numbers.length === 1 ? 'sigmoid' : 'softmax';
  const { activation, warnings } = activationOf(output, numbers, last, where);
  const least = threshold ?? (isMultiLabel ? MULTI_LABEL_THRESHOLD : 0);
  return {
    kind: { form: 'tags', activation, isBinary, isMultiLabel, threshold: least, labels },
    warnings,
  };
};
