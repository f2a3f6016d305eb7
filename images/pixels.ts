import type { Filter } from './resample/filter.ts';
import type { Rounding } from './rounding.ts';

/** What of a file is decoded, where not what Python's loaders take. */
export interface Decoding {
  /** The colour profile in the file: `ignore` takes colours as stored (default), `convert` makes them sRGB. */
  readonly icc?: 'ignore' | 'convert' | undefined;
  /** Whether the picture is turned as EXIF says; default true. */
  readonly exif?: boolean | undefined;
  /** Transparency: `white` puts the picture on white (default), `drop` takes the colours under it as stored. */
  readonly alpha?: 'white' | 'drop' | undefined;
  /**
   * `exact` decodes in full. `fast` has the decoder reduce the picture to a quarter, an eighth and so on first, where
   * that leaves twice the target or more. `auto` (default) is `exact` up to 2²⁴ pixels with no side over 65,535, and `fast` beyond: a picture's
   * result depends on the picture alone.
   */
  readonly preprocess?: 'exact' | 'fast' | 'auto' | undefined;
}

/** How a picture's bytes become pixels: what to decode to, before anything numeric happens to it. */
export interface PixelPlan extends Decoding {
  /**
   * Target size in pixels. `{width, height}` squashes to exactly that. `{shortestEdge}` keeps the aspect ratio;
   * where that would make the other side longer than `longestEdge`, the longer side becomes `longestEdge`
   * instead. Absent: the picture keeps its size.
   */
  readonly resize?:
    | { readonly width: number; readonly height: number }
    | { readonly shortestEdge: number; readonly longestEdge?: number };
  /** Resampling filter of the resize, as Pillow has it. */
  readonly filter: Filter;
  /** Whose rounding of sizes and offsets; default `transformers`. */
  readonly rounding?: Rounding;
  /** Centre crop in pixels, after the resize; a crop larger than the picture pads with black, centred. */
  readonly crop?: { readonly width: number; readonly height: number };
  /** 3: RGB; 1: grey (BT.601 luma, before the resize). */
  readonly channels: 1 | 3;
}

/** Decoded pixels: 8 bits per channel, upright, without transparency. */
export interface Pixels {
  /** Interleaved (RGBRGB… or grey), rows top to bottom; length is width × height × channels. */
  readonly data: Uint8Array;
  readonly width: number;
  readonly height: number;
  readonly channels: 1 | 3;
}
