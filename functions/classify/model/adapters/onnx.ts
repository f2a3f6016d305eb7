import { env, InferenceSession, Tensor } from 'onnxruntime-node';
import { ModelLoadError, messageOf } from '../../../../platform/index.ts';
import { fromFloat16Bits } from '../../core/float16.ts';
import type { TensorDescription } from '../../core/graph.ts';
import type { GraphSession, NamedTensor, Scores } from '../graph-session.ts';

// both the environment and each session log to stderr on their own; failures reach us as exceptions
env.logLevel = 'fatal';
const logNothing = 4;

/**
 * Loads a graph with ONNX Runtime. The only file that imports `onnxruntime-node` (about 13 ms).
 *
 * In this binding both loading and `run` are **synchronous on the calling thread**: the promise only defers the
 * call by one `setImmediate`. A run therefore blocks the event loop for its whole length, and two runs in one
 * thread never overlap. More at a time takes more threads inside a run (`threads`), worker threads, or processes.
 *
 * Sessions leak when they are created again and again (onnxruntime#25325): one per model and execution environment.
 *
 * @param path the `.onnx` file; its external data, if any, is looked for beside it
 * @param threads intra-op threads; 1 is the most efficient per picture where several run at once
 * @throws ModelLoadError for a file that ONNX Runtime cannot load, with its reason
 */
export const openGraph = async (path: string, threads: number): Promise<GraphSession> => {
  // what is not named is ONNX Runtime's default, and measured best: prepacking, all optimisations, arena (bench/README.md)
  const session = await InferenceSession.create(path, {
    executionProviders: ['cpu'],
    executionMode: 'sequential',
    intraOpNumThreads: threads,
    interOpNumThreads: 1,
    logSeverityLevel: logNothing,
  }).catch((cause: unknown) => {
    throw new ModelLoadError(
      `${path}: expected a graph that ONNX Runtime can load, received: ${messageOf(cause)}`,
      {
        cause,
      },
    );
  });
  return {
    inputs: session.inputMetadata.map(describe),
    outputs: session.outputMetadata.map(describe),
    run: (input, output) => run(session, input, output),
    release: () => session.release(),
  };
};

const describe = (metadata: InferenceSession.ValueMetadata): TensorDescription =>
  metadata.isTensor
    ? { name: metadata.name, elementType: metadata.type, shape: metadata.shape }
    : { name: metadata.name, elementType: 'none', shape: [] };

/** A tensor is a view of its data, so one serves all runs on the same input. */
const tensors = new WeakMap<NamedTensor, Tensor>();

const run = async (session: InferenceSession, input: NamedTensor, output: string): Promise<Scores> => {
  const tensor = tensors.get(input) ?? tensorOf(input);
  tensors.set(input, tensor);
  const feeds = { [input.name]: tensor };
  const answer = (await session.run(feeds, [output]))[output];
  if (answer === undefined) throw new ModelLoadError(`expected the output ${output}, received none`);
  return { data: asFloat32(answer), shape: answer.dims };
};

/**
 * Since Node.js 24 the library turns the bits of a float16 tensor into a `Float16Array`, whose length its binding
 * then reads as 0 (onnxruntime#32323: "not enough space"); handed the bits themselves, it works in every version.
 */
const tensorOf = ({ elementType, data, shape }: NamedTensor): Tensor => {
  const tensor = new Tensor(elementType, data, shape);
  return elementType === 'float16' ? Object.defineProperty(tensor, 'data', { value: data }) : tensor;
};

const asFloat32 = ({ data, type }: Tensor): Float32Array => {
  if (data instanceof Float32Array) return data;
  if (data instanceof Float64Array) return Float32Array.from(data);
  if (type === 'float16' && ArrayBuffer.isView(data)) {
    // a Uint16Array before Node.js 24 and a Float16Array since; the bits are the same
    return Float32Array.from(
      new Uint16Array(data.buffer, data.byteOffset, data.byteLength / 2),
      fromFloat16Bits,
    );
  }
  throw new ModelLoadError(`expected scores of type float32, float16 or float64, received ${type}`);
};
