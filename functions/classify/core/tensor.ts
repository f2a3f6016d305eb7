import type { Pixels } from '../../../images/index.ts';
import { InvalidRequestError, ModelLoadError } from '../../../platform/index.ts';
import type { GraphInput, Layout } from './graph.ts';
import { levels, lookupTable, type TensorData } from './lookup-table.ts';
import type { Extent, Preprocessing } from './preprocessing.ts';

/** Writes one picture into the first row of a tensor. */
export type TensorWriter = (pixels: Pixels, tensor: TensorData) => void;

/** 64 Mi numbers, 256 MiB as float32: 4,700 by 4,700 pixels, or 445 of 224 by 224 in a fixed batch. */
const MAX_INPUT = 64 * 1024 * 1024;

/** A tensor of zeros for a batch of pictures in the graph's element type. @throws ModelLoadError for one of more than 64 Mi numbers */
export const zeros = (
  graph: Pick<GraphInput, 'channels' | 'elementType'>,
  { width, height }: Extent,
  batch: number,
): TensorData => {
  const length = batch * graph.channels * width * height;
  if (length > MAX_INPUT) {
    throw new ModelLoadError(
      `expected an input of at most ${MAX_INPUT} numbers, received ${batch}×${graph.channels}×${height}×${width} (${length})`,
    );
  }
  switch (graph.elementType) {
    case 'float32':
      return new Float32Array(length);
    case 'float16':
      return new Uint16Array(length);
    case 'uint8':
      return new Uint8Array(length);
    default:
      return graph.elementType satisfies never;
  }
};

/** The dimensions of a tensor: [batch, channels, height, width] or [batch, height, width, channels]. */
export const tensorShape = (
  graph: Pick<GraphInput, 'channels' | 'layout'>,
  { width, height }: Extent,
  batch: number,
): readonly number[] =>
  graph.layout === 'NCHW' ? [batch, graph.channels, height, width] : [batch, height, width, graph.channels];

/**
 * Makes the function that turns pixels into tensor values, by table: rescale, normalise and the order of the
 * channels are settled here, once per model.
 *
 * @throws ModelLoadError where the preprocessing does not fit the graph (see {@link lookupTable})
 * @returns a writer that throws InvalidRequestError for pixels of another size or other channels than planned
 */
export const tensorWriter = (
  preprocessing: Preprocessing,
  graph: Pick<GraphInput, 'channels' | 'elementType' | 'layout'>,
  size: Extent,
  where?: string,
): TensorWriter => {
  const table = lookupTable(preprocessing, graph, where);
  const write = loopFor(graph.layout, graph.channels);
  return (pixels, tensor) => {
    checkPixels(pixels, size, graph.channels);
    write(pixels.data, tensor, table, preprocessing.flipChannels);
  };
};

type Loop = (data: Uint8Array, tensor: TensorData, table: TensorData, flip: boolean) => void;

const loopFor = (layout: Layout, channels: 1 | 3): Loop => {
  // one channel has one order, so both layouts are the same bytes
  if (channels === 1) return writeGrey;
  return layout === 'NCHW' ? writePlanes : writeInterleaved;
};

const writeGrey: Loop = (data, tensor, table) => {
  for (let at = 0; at < data.length; at += 1) tensor[at] = table[data[at] ?? 0] ?? 0;
};

const writePlanes: Loop = (data, tensor, table, flip) => {
  const plane = data.length / 3;
  const [first, last] = flip ? [2, 0] : [0, 2];
  for (let pixel = 0, at = 0; pixel < plane; pixel += 1, at += 3) {
    tensor[pixel] = table[data[at + first] ?? 0] ?? 0;
    tensor[plane + pixel] = table[levels + (data[at + 1] ?? 0)] ?? 0;
    tensor[2 * plane + pixel] = table[2 * levels + (data[at + last] ?? 0)] ?? 0;
  }
};

const writeInterleaved: Loop = (data, tensor, table, flip) => {
  const [first, last] = flip ? [2, 0] : [0, 2];
  for (let at = 0; at < data.length; at += 3) {
    tensor[at] = table[data[at + first] ?? 0] ?? 0;
    tensor[at + 1] = table[levels + (data[at + 1] ?? 0)] ?? 0;
    tensor[at + 2] = table[2 * levels + (data[at + last] ?? 0)] ?? 0;
  }
};

const checkPixels = (pixels: Pixels, { width, height }: Extent, channels: 1 | 3): void => {
  const length = width * height * channels;
  if (
    pixels.width === width &&
    pixels.height === height &&
    pixels.channels === channels &&
    pixels.data.length === length
  ) {
    return;
  }
  throw new InvalidRequestError(
    `expected pixels of ${width}×${height} with ${channels} channels (${length} bytes), received ${pixels.width}×${pixels.height} with ${pixels.channels} (${pixels.data.length} bytes)`,
  );
};
