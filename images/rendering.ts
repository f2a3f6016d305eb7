import type { Encoding } from './encoding.ts';
import type { Size } from './geometry.ts';
import type { DecodeLimits } from './limits.ts';

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

/** Where pictures go that are made. */
export interface Destination<Put> {
  /** What `put` would answer, where that picture is there already; then it is not made. Absent: nothing is. */
  readonly find?: (rendering: Rendering) => Promise<Put | undefined>;
  readonly put: (rendered: Rendered) => Promise<Put>;
}

/**
 * The port: makes pictures of one picture, which is decoded once, however many there are, and not at all where all of
 * them are there. Each is put as soon as it is made, a few at a time, so that many of them take the memory of a few;
 * answers what the destination said, in the order of the renderings that `plan` wants for the picture's upright size.
 */
export type Render = <Put>(
  bytes: Uint8Array,
  plan: (upright: Size) => readonly Rendering[],
  destination: Destination<Put>,
  limits: DecodeLimits,
) => Promise<readonly Put[]>;
