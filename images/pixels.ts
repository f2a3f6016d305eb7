/** How a picture's bytes become pixels: what to decode to, before anything numeric happens to it. */
export interface PixelPlan {
  /**
   * Target size in pixels. `{width, height}` squashes to exactly that. `{shortestEdge}` keeps the aspect ratio;
   * where that would make the other side longer than `longestEdge`, the longer side becomes `longestEdge`
   * instead. Absent: the picture keeps its size.
   */
  readonly resize?:
    | { readonly width: number; readonly height: number }
    | { readonly shortestEdge: number; readonly longestEdge?: number };
  /** Resampling filter of the resize. */
  readonly kernel: 'nearest' | 'lanczos3' | 'linear' | 'cubic';
  /** Centre crop in pixels, after the resize; a crop larger than the picture pads with black, centred. */
  readonly crop?: { readonly width: number; readonly height: number };
  /** 3: sRGB; 1: grey (BT.601 luma). */
  readonly channels: 1 | 3;
}

/** Decoded pixels: 8 bits per channel, auto-oriented, sRGB (or grey), alpha flattened. */
export interface Pixels {
  /** Interleaved (RGBRGB… or grey), rows top to bottom; length is width × height × channels. */
  readonly data: Uint8Array;
  readonly width: number;
  readonly height: number;
  readonly channels: 1 | 3;
}
