import type { CropAxis, Size } from '../geometry.ts';
import type { Pixels } from '../pixels.ts';
import type { Filter } from './filter.ts';
import { type Kernel, withKernel } from './kernel.ts';
import { type Axis, axisWeights, nearestPixels, type Weights } from './weights.ts';

/** A resize of which only a frame is wanted. */
export interface Resampling {
  /** What the whole picture is resized to. */
  readonly to: Size;
  readonly filter: Filter;
  /** The frame, in pixels of the resized picture, with what is black around it. */
  readonly across: CropAxis;
  readonly down: CropAxis;
}

/** What the kernel reads and writes past the end, and the alignment of its rows. */
const SLACK = 16;

const aligned = (bytes: number): number => Math.ceil(bytes / SLACK) * SLACK;

/** Where things lie in the kernel's memory, in bytes. */
const layoutOf = (across: Weights, down: Weights, rowBytes: number, lineBytes: number) => {
  const line = aligned(lineBytes) + SLACK;
  const first = 0;
  const weights = first + aligned(across.first.byteLength);
  const downWeights = weights + aligned(across.weights.byteLength);
  const rows = downWeights + aligned(down.taps * 4);
  const row = rows + aligned(down.taps * 4);
  const ring = row + aligned(rowBytes) + SLACK + across.taps * 3;
  const out = ring + down.taps * line;
  return { first, weights, downWeights, rows, row, ring, out, line, end: out + line };
};

type Layout = ReturnType<typeof layoutOf>;

interface Passes {
  readonly picture: Pixels;
  readonly across: Weights;
  readonly down: Weights;
  /** Source columns that the frame is made of, and their number. */
  readonly from: number;
  readonly columns: number;
  readonly target: Uint8Array;
  /** Bytes of a row of the target, and where the frame begins in it. */
  readonly targetRow: number;
  readonly targetAt: number;
}

// Each source row is read once, resized across into a ring of as many rows as one target row is made of, and target
// rows are made from there: the memory this takes is a few rows, whatever the height of the source or the target.
const run = (
  { memory, acrossRgb, acrossGrey, down: downPass }: Kernel,
  at: Layout,
  { picture, across, down, from, columns, target, targetRow, targetAt }: Passes,
): void => {
  const { channels, width, height, data } = picture;
  const bytes = new Uint8Array(memory.buffer);
  const words = new Int32Array(memory.buffer);
  const pixels = across.first.length;
  const lineBytes = pixels * channels;
  const acrossPass = channels === 3 ? acrossRgb : acrossGrey;
  for (let pixel = 0; pixel < pixels; pixel += 1) {
    words[at.first / 4 + pixel] = ((across.first[pixel] ?? 0) - from) * channels;
  }
  words.set(across.weights, at.weights / 4);
  let next = down.first[0] ?? 0;
  for (let line = 0; line < down.first.length; line += 1) {
    const top = down.first[line] ?? 0;
    for (const end = Math.min(height, top + down.taps); next < end; next += 1) {
      const start = (next * width + from) * channels;
      bytes.set(data.subarray(start, start + columns * channels), at.row);
      const slot = at.ring + (next % down.taps) * at.line;
      acrossPass(at.row, slot, at.first, at.weights, across.taps, pixels);
    }
    for (let tap = 0; tap < down.taps; tap += 1) {
      words[at.rows / 4 + tap] = at.ring + ((top + tap) % down.taps) * at.line;
      words[at.downWeights / 4 + tap] = down.weights[line * down.taps + tap] ?? 0;
    }
    downPass(at.rows, at.out, at.downWeights, down.taps, lineBytes);
    target.set(bytes.subarray(at.out, at.out + lineBytes), targetAt + line * targetRow);
  }
};

const axisOf = (source: number, target: number, { offset, length }: CropAxis): Axis => ({
  source,
  target,
  offset,
  length,
});

const weighed = (
  picture: Pixels,
  { to, across, down }: Resampling,
  filter: Exclude<Filter, 'nearest'>,
  target: Omit<Passes, 'picture' | 'across' | 'down' | 'from' | 'columns'>,
): void => {
  const wide = axisWeights(axisOf(picture.width, to.width, across), filter, 4);
  const high = axisWeights(axisOf(picture.height, to.height, down), filter, 1);
  const from = wide.first[0] ?? 0;
  const columns = Math.min(picture.width, (wide.first.at(-1) ?? 0) + wide.taps) - from;
  const layout = layoutOf(wide, high, columns * picture.channels, across.length * picture.channels);
  withKernel(layout.end, (kernel) => {
    run(kernel, layout, { picture, across: wide, down: high, from, columns, ...target });
  });
};

const nearest = (
  { data, width, height, channels }: Pixels,
  { to, across, down }: Resampling,
  { target, targetRow, targetAt }: Pick<Passes, 'target' | 'targetRow' | 'targetAt'>,
): void => {
  const columns = nearestPixels(axisOf(width, to.width, across));
  const rows = nearestPixels(axisOf(height, to.height, down));
  for (const [line, row] of rows.entries()) {
    let at = targetAt + line * targetRow;
    for (const column of columns) {
      let from = (row * width + column) * channels;
      for (let channel = 0; channel < channels; channel += 1, at += 1, from += 1)
        target[at] = data[from] ?? 0;
    }
  }
};

/**
 * Resizes a picture as Pillow's `Image.resize` does, byte for byte, and keeps a frame of it: no pixel outside the frame
 * is ever made, nor a copy of the picture.
 */
export const resample = (picture: Pixels, resampling: Resampling): Pixels => {
  const { across, down, filter } = resampling;
  const { channels } = picture;
  const width = across.before + across.length + across.after;
  const height = down.before + down.length + down.after;
  const data = new Uint8Array(width * height * channels);
  const target = {
    target: data,
    targetRow: width * channels,
    targetAt: (down.before * width + across.before) * channels,
  };
  const unchanged = resampling.to.width === picture.width && resampling.to.height === picture.height;
  if (filter === 'nearest' || unchanged) nearest(picture, resampling, target);
  else weighed(picture, resampling, filter, target);
  return { data, width, height, channels };
};
