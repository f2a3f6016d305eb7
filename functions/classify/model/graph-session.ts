import type { ElementType, TensorDescription } from '../core/graph.ts';
import type { TensorData } from '../core/lookup-table.ts';

/** A loaded graph, in our words. One adapter: `adapters/onnx.ts`. */
export interface GraphSession {
  readonly inputs: readonly TensorDescription[];
  readonly outputs: readonly TensorDescription[];
  /**
   * Runs the graph once and answers one output. The input is read during the run, and must not change before the
   * promise settles.
   */
  run(input: NamedTensor, output: string): Promise<Scores>;
  /** Frees the native memory. No run may follow. */
  release(): Promise<void>;
}

/** A tensor and the input it is for. */
export interface NamedTensor {
  readonly name: string;
  readonly elementType: ElementType;
  readonly data: TensorData;
  readonly shape: readonly number[];
}

/** An output as float32 numbers, all rows of the batch one after another. */
export interface Scores {
  readonly data: Float32Array;
  readonly shape: readonly number[];
}
