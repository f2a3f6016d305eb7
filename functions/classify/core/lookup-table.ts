import { ModelLoadError } from '../../../platform/index.ts';
import { toFloat16Bits } from './float16.ts';
import type { GraphInput } from './graph.ts';
import type { Preprocessing } from './preprocessing.ts';

/** A tensor's numbers: float32 as themselves, float16 as their bits in a `Uint16Array`, uint8 as themselves. */
export type TensorData = Float32Array | Uint16Array | Uint8Array;

/** How many values a channel of a pixel can have. */
export const levels = 256;

/**
 * Precomputes rescale and normalise: 256 values per channel, in the graph's element type. Channel c of the graph
 * has its values at `c × 256`; a pixel's value v becomes `(v × scale − offset − mean) / std`.
 *
 * @throws ModelLoadError where `image_mean` or `image_std` has another length than the graph has channels, where
 *   BGR is asked for and the graph takes grey, and where a uint8 graph would get anything but 0 to 255
 */
export const lookupTable = (
  preprocessing: Preprocessing,
  graph: Pick<GraphInput, 'channels' | 'elementType'>,
  where = 'preprocessor_config.json',
): TensorData => {
  const { scale, offset, flipChannels } = preprocessing;
  const { channels, elementType } = graph;
  if (flipChannels && channels === 1) {
    throw new ModelLoadError(
      `${where}: expected do_flip_channel_order false for a graph of 1 channel, received true`,
    );
  }
  const means = perChannel(preprocessing.mean, channels, `${where}: expected image_mean`);
  const stds = perChannel(preprocessing.std, channels, `${where}: expected image_std`);
  const values = means.flatMap((mean, channel) =>
    Array.from({ length: levels }, (_, value) => (value * scale - offset - mean) / (stds[channel] ?? 1)),
  );
  switch (elementType) {
    case 'float32':
      return Float32Array.from(values);
    case 'float16':
      return Uint16Array.from(values, toFloat16Bits);
    case 'uint8':
      return bytes(values, where);
    default:
      return elementType satisfies never;
  }
};

const perChannel = (given: number | readonly number[], channels: number, what: string): readonly number[] => {
  if (typeof given === 'number') return Array.from({ length: channels }, () => given);
  if (given.length === channels) return given;
  throw new ModelLoadError(`${what} of ${channels} numbers (the graph's channels), received ${given.length}`);
};

const bytes = (values: readonly number[], where: string): Uint8Array => {
  const stray = values.find((value) => !Number.isInteger(value) || value < 0 || value > 255);
  if (stray === undefined) return Uint8Array.from(values);
  throw new ModelLoadError(
    `${where}: expected whole values from 0 to 255, since the graph takes uint8, received ${stray}; a graph that takes uint8 wants do_rescale and do_normalize false`,
  );
};
