import type { PixelPlan } from './pixels.ts';
import { type Rounding, roundings } from './rounding.ts';

export interface Size {
  readonly width: number;
  readonly height: number;
}

const byShortestEdge = (
  { width, height }: Size,
  edge: number,
  cap: number | undefined,
  rounding: Rounding,
): Size => {
  const { long, capped } = roundings[rounding];
  const sides = { short: Math.min(width, height), long: Math.max(width, height) };
  const within = cap === undefined ? undefined : capped(edge, sides, cap);
  const to = within ?? { short: edge, long: long(edge, sides) };
  const [short, longer] = [Math.max(1, to.short), Math.max(1, to.long)];
  return width <= height ? { width: short, height: longer } : { width: longer, height: short };
};

/**
 * Size of a picture after the plan's resize, in pixels, each at least 1. With `shortestEdge` the other side follows the
 * aspect ratio; where that exceeds `longestEdge`, the long side is capped and the short one follows.
 */
export const resizedSize = (size: Size, resize: PixelPlan['resize'], rounding: Rounding): Size => {
  if (resize === undefined) return size;
  if ('shortestEdge' in resize)
    return byShortestEdge(size, resize.shortestEdge, resize.longestEdge, rounding);
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

/** Centre crop along one axis; one larger than the picture keeps all of it, with black around it. */
export const cropAxis = (size: number, crop: number, rounding: Rounding): CropAxis => {
  const { offset, before } = roundings[rounding];
  if (crop <= size) return { offset: offset(size, crop), length: crop, before: 0, after: 0 };
  const first = before(crop - size);
  return { offset: 0, length: size, before: first, after: crop - size - first };
};
