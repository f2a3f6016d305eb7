import type { Encoding } from './encoding.ts';
import type { Size } from './geometry.ts';

/** Where a picture goes, upright, in pixels. */
export interface Layout {
  /** What the whole picture is resized to. */
  readonly scaled: Size;
  /** The result: cropped or padded to this, centred. */
  readonly frame: Size;
}

/** One picture to be made of another. */
export interface Rendering extends Layout {
  readonly encoding: Encoding;
  /** `#rrggbb` or `#rrggbbaa`: of the padding, and under transparency where the format has none. */
  readonly background: string;
}

/** What was made. */
export interface Rendered {
  readonly data: Uint8Array;
  readonly rendering: Rendering;
}

/**
 * The port: makes pictures of one picture, in the order of the renderings that `plan` wants for its upright size.
 * It is decoded once, however many there are.
 */
export type Render = (
  bytes: Uint8Array,
  plan: (upright: Size) => readonly Rendering[],
  limits: { readonly maxPixels: number; readonly signal?: AbortSignal },
) => Promise<readonly Rendered[]>;
