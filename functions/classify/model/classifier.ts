import type { PixelPlan, Pixels } from '../../../images/index.ts';
import { DrosteError, ModelLoadError, messageOf } from '../../../platform/index.ts';
import { type Answer, type AnswerOptions, answerOf } from '../core/answer.ts';
import type { AnswerKind } from '../core/answer-kind.ts';
import { countClasses, type GraphInput } from '../core/graph.ts';
import type { Extent } from '../core/preprocessing.ts';
import { type TensorWriter, tensorShape, zeros } from '../core/tensor.ts';
import type { GraphSession } from './graph-session.ts';

/** A loaded model: pixels in, an answer out. */
export interface Classifier {
  readonly name: string;
  /** Lower-case hexadecimal sha256 of the graph's file (followed by its external data, where it has some). */
  readonly sha256: string;
  /** How pictures are decoded for this model. */
  readonly plan: PixelPlan;
  /** What it answers. */
  readonly kind: AnswerKind;
  /** How many numbers the graph gives a picture: classes, scores, or an embedding's dimensions. */
  readonly classes: number;
  /** What is odd about the model, and no reason to refuse it: sentences that name the file. */
  readonly warnings: readonly string[];
  /**
   * What the model says of one picture.
   *
   * Runs never overlap (the binding is synchronous): calls made at the same time are served one after another, and
   * each blocks the event loop for the length of its run.
   *
   * @throws InvalidRequestError for pixels that are not as planned
   * @throws ModelLoadError where the graph fails or answers NaN
   */
  answer(pixels: Pixels, options?: AnswerOptions): Promise<Answer>;
  /** Waits for the runs under way and frees the native memory. */
  release(): Promise<void>;
}

/** A run of the graph on one picture: its numbers for it. */
export interface Runner {
  /** Runs on what `fill` writes into the input, or on zeros. Calls must not overlap. */
  run(fill?: (tensor: Parameters<TensorWriter>[1]) => void): Promise<Float32Array>;
}

/**
 * Keeps one input tensor for all runs. Where the graph's batch is fixed, the picture is row 0, the other rows are
 * zeros, and row 0 of the output is the answer.
 */
export const createRunner = (
  session: GraphSession,
  graph: GraphInput,
  output: string,
  size: Extent,
  where: string,
): Runner => {
  const batch = graph.batch === 'symbolic' ? 1 : graph.batch;
  const input = {
    name: graph.name,
    elementType: graph.elementType,
    data: zeros(graph, size, batch),
    shape: tensorShape(graph, size, batch),
  };
  return {
    run: async (fill) => {
      fill?.(input.data);
      const { data, shape } = await session.run(input, output);
      return data.subarray(0, countClasses(shape, batch, where));
    },
  };
};

/** What a classifier is made of. */
export interface ClassifierParts {
  readonly name: string;
  readonly sha256: string;
  readonly plan: PixelPlan;
  readonly warnings: readonly string[];
  readonly kind: AnswerKind;
  readonly classes: number;
  readonly write: TensorWriter;
  readonly runner: Runner;
  release(): Promise<void>;
}

/** Puts a classifier together, and queues its runs. */
export const createClassifier = (parts: ClassifierParts): Classifier => {
  let last: Promise<unknown> = Promise.resolve();
  const inTurn = <Result>(work: () => Promise<Result>): Promise<Result> => {
    const mine = last.then(work);
    // the queue goes on after a failure, which is the caller's who gets `mine`
    last = mine.catch(() => undefined);
    return mine;
  };
  return {
    name: parts.name,
    sha256: parts.sha256,
    plan: parts.plan,
    warnings: parts.warnings,
    kind: parts.kind,
    classes: parts.classes,
    answer: (pixels, options) =>
      inTurn(async () => {
        try {
          const numbers = await parts.runner.run((tensor) => parts.write(pixels, tensor));
          return answerOf(numbers, parts.kind, options);
        } catch (cause) {
          throw named(parts.name, cause);
        }
      }),
    release: () => inTurn(() => parts.release()),
  };
};

/** A failure of the model with its name in front; other errors of the family (the pixels' fault) as they are. */
const named = (model: string, cause: unknown): unknown =>
  cause instanceof DrosteError && !(cause instanceof ModelLoadError)
    ? cause
    : new ModelLoadError(`model ${model}: ${messageOf(cause)}`, {
        cause,
      });
