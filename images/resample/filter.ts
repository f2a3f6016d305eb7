/** Pillow's resampling filters (`PIL.Image.Resampling`), by name. */
export type Filter = 'nearest' | 'lanczos' | 'bilinear' | 'bicubic' | 'box' | 'hamming';

/** A filter that weighs the pixels around a point. */
export interface Weighing {
  /** How far it reaches, in target pixels (source pixels where the picture grows). */
  readonly support: number;
  /** The weight at a distance. */
  readonly weight: (distance: number) => number;
}

const sinc = (x: number): number => (x === 0 ? 1 : Math.sin(x * Math.PI) / (x * Math.PI));

/** Keys' cubic convolution (1981) with a = −½. */
const cubic = (distance: number): number => {
  const x = Math.abs(distance);
  if (x < 1) return (1.5 * x - 2.5) * x * x + 1;
  return x < 2 ? (((x - 5) * x + 8) * x - 4) * -0.5 : 0;
};

/** Pillow has the window's constants in single precision. */
const hammingWindow = (x: number): number =>
  Math.fround(0.54) + Math.fround(0.46) * Math.cos(Math.abs(x) * Math.PI);

const hamming = (distance: number): number =>
  Math.abs(distance) < 1 ? (distance === 0 ? 1 : sinc(Math.abs(distance)) * hammingWindow(distance)) : 0;

/**
 * The antialiasing filters, in the arithmetic of Pillow (its documentation, "Concepts: Filters", and the digests that
 * the tests compare with): the order of the operations decides the last bit of a weight.
 */
export const weighings: Readonly<Record<Exclude<Filter, 'nearest'>, Weighing>> = {
  box: { support: 0.5, weight: (x) => (x > -0.5 && x <= 0.5 ? 1 : 0) },
  bilinear: { support: 1, weight: (x) => Math.max(0, 1 - Math.abs(x)) },
  hamming: { support: 1, weight: hamming },
  bicubic: { support: 2, weight: cubic },
  lanczos: { support: 3, weight: (x) => (x >= -3 && x < 3 ? sinc(x) * sinc(x / 3) : 0) },
};
