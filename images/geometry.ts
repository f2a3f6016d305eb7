import type { PixelPlan } from './pixels.ts';

export interface Size {
  readonly width: number;
  readonly height: number;
}

const byShortestEdge = ({ width, height }: Size, shortestEdge: number, longestEdge: number): Size => {
  const short = Math.min(width, height);
  const long = Math.max(width, height);
  const wantedLong = Math.round((shortestEdge * long) / short);
  const fits = wantedLong <= longestEdge;
  const newLong = fits ? wantedLong : longestEdge;
  const newShort = fits ? shortestEdge : Math.max(1, Math.floor((longestEdge * shortestEdge) / wantedLong));
  return width <= height ? { width: newShort, height: newLong } : { width: newLong, height: newShort };
};

/**
 * Size of a picture after the plan's resize, in pixels, each at least 1. With `shortestEdge` the other side is
 * edge · long / short, rounded as in the ONNX model zoo's preprocessing (torchvision and Hugging Face cut off; rounding
 * agrees with the zoo's references on 1 to 4 % more photos); with `longestEdge` the long side is capped and the short
 * one is ⌊cap · edge / long⌋.
 */
export const resizedSize = (size: Size, resize: PixelPlan['resize']): Size => {
  if (resize === undefined) return size;
  if ('shortestEdge' in resize) {
    return byShortestEdge(size, resize.shortestEdge, resize.longestEdge ?? Number.POSITIVE_INFINITY);
  }
  return { width: resize.width, height: resize.height };
};

/** What one axis keeps of the picture, and the black around it; `before + length + after` is the crop. */
export interface CropAxis {
  /** First pixel kept. */
  readonly offset: number;
  /** Pixels kept. */
  readonly length: number;
  readonly before: number;
  readonly after: number;
}

/**
 * Centre crop along one axis. Inside the picture the offset is ⌊(size − crop) / 2⌋, as Hugging Face's `center_crop` and
 * the ONNX model zoo's preprocessing have it; a crop larger than the picture keeps all of it, with
 * ⌈(crop − size) / 2⌉ black pixels before it, as Hugging Face's `center_crop` pads.
 */
export const cropAxis = (size: number, crop: number): CropAxis => {
  if (crop <= size) return { offset: Math.floor((size - crop) / 2), length: crop, before: 0, after: 0 };
  const before = Math.ceil((crop - size) / 2);
  return { offset: 0, length: size, before, after: crop - size - before };
};
