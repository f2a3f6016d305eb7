import { type Filter, weighings } from './filter.ts';

/** Bits of a weight after the point, so that eight of a value and two of headroom fill 32. */
const FRACTION_BITS = 22;

/** Tables kept, and the most numbers in one of them (8 MB in all): cameras and galleries repeat their sizes. */
const KEPT_TABLES = 64;
const KEPT_NUMBERS = 1 << 15;

/** One axis of a resize, of which `length` target pixels from `offset` on are wanted. */
export interface Axis {
  /** Pixels of the source. */
  readonly source: number;
  /** Pixels of the whole target. */
  readonly target: number;
  readonly offset: number;
  readonly length: number;
}

/** What each wanted target pixel is made of. */
export interface Weights {
  /** Its first source pixel; ascending. */
  readonly first: Int32Array;
  /** `taps` weights for each, of source pixels one after another, 22-bit fixed point; those past the filter are 0. */
  readonly weights: Int32Array;
  readonly taps: number;
}

type WeighingFilter = Exclude<Filter, 'nearest'>;

/** Rounds halves away from zero, as C does by adding ±½ and cutting off. */
const fixedPoint = (weight: number): number =>
  Math.trunc(weight * (1 << FRACTION_BITS) + (weight < 0 ? -0.5 : 0.5));

/** Pillow hands the size of the source on in single precision. */
const scaleOf = ({ source, target }: Axis): number => Math.fround(source) / target;

const compute = (axis: Axis, filter: WeighingFilter, multiple: number): Weights => {
  const { source, offset, length } = axis;
  const { support, weight } = weighings[filter];
  const scale = scaleOf(axis);
  const stretch = Math.max(scale, 1);
  const reach = support * stretch;
  const perStretch = 1 / stretch;
  const first = new Int32Array(length);
  const counts = new Int32Array(length);
  let most = 1;
  for (let pixel = 0; pixel < length; pixel += 1) {
    const centre = (offset + pixel + 0.5) * scale;
    const from = Math.max(0, Math.trunc(centre - reach + 0.5));
    const count = Math.min(source, Math.trunc(centre + reach + 0.5)) - from;
    first[pixel] = from;
    counts[pixel] = count;
    if (count > most) most = count;
  }
  const taps = multiple * Math.ceil(most / multiple);
  const weights = new Int32Array(length * taps);
  const window = new Float64Array(taps);
  for (let pixel = 0; pixel < length; pixel += 1) {
    const centre = (offset + pixel + 0.5) * scale;
    const from = first[pixel] ?? 0;
    const count = counts[pixel] ?? 0;
    let sum = 0;
    for (let at = 0; at < count; at += 1) {
      const value = weight((at + from - centre + 0.5) * perStretch);
      window[at] = value;
      sum += value;
    }
    for (let at = 0; at < count; at += 1) {
      const value = window[at] ?? 0;
      weights[pixel * taps + at] = fixedPoint(sum === 0 ? value : value / sum);
    }
  }
  return { first, weights, taps };
};

const kept = new Map<string, Weights>();

const keep = (key: string, weights: Weights): void => {
  if (weights.weights.length > KEPT_NUMBERS) return;
  kept.delete(key);
  kept.set(key, weights);
  // a map is in the order of its insertions: the first is the one not used for longest
  const [oldest] = kept.keys();
  if (kept.size > KEPT_TABLES && oldest !== undefined) kept.delete(oldest);
};

/**
 * The weights of one axis, as Pillow computes them: window [c − r, c + r) around c = (i + ½) · scale, both ends rounded,
 * r being the filter's support × max(scale, 1); normalised in double precision, then fixed point.
 *
 * @param multiple what the number of taps is rounded up to a multiple of
 */
export const axisWeights = (axis: Axis, filter: WeighingFilter, multiple: number): Weights => {
  const key = `${axis.source} ${axis.target} ${axis.offset} ${axis.length} ${filter} ${multiple}`;
  const weights = kept.get(key) ?? compute(axis, filter, multiple);
  keep(key, weights);
  return weights;
};

/**
 * The source pixel of each wanted target pixel for `nearest`. Pillow adds the scale up from the first target pixel on,
 * which is not the same as multiplying where the scale is no binary fraction.
 */
export const nearestPixels = (axis: Axis): Int32Array => {
  const { source, offset, length } = axis;
  const scale = scaleOf(axis);
  const pixels = new Int32Array(length);
  let position = scale * 0.5;
  for (let pixel = 0; pixel < offset + length; pixel += 1, position += scale) {
    if (pixel >= offset) pixels[pixel - offset] = Math.min(source - 1, Math.trunc(position));
  }
  return pixels;
};
