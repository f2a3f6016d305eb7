/** The eleven basic colour terms of English (Berlin and Kay, *Basic Color Terms*, 1969). */
export type Colour =
  | 'black'
  | 'white'
  | 'grey'
  | 'red'
  | 'green'
  | 'blue'
  | 'yellow'
  | 'orange'
  | 'brown'
  | 'pink'
  | 'purple';

/**
 * How a picture is stored. Between them the pictures cover what a decoder meets in the wild: `quality` is 1 to 100
 * as sharp counts it, `orientation` is the EXIF tag (6: turn a quarter clockwise to see it upright), `grey` keeps one
 * channel, `palette` is the number of colours of an indexed PNG, `alpha` leaves the paper transparent.
 */
export type Storage =
  | {
      readonly format: 'jpeg';
      readonly quality: number;
      readonly progressive?: true;
      readonly grey?: true;
      readonly orientation?: 6;
    }
  | { readonly format: 'png'; readonly palette?: number; readonly alpha?: true }
  | { readonly format: 'webp'; readonly quality: number }
  | { readonly format: 'avif'; readonly quality: number };

/** One sample picture: what is drawn, how large, how stored, and which colours a viewer sees first. */
export interface Scene {
  /** File name in this folder. */
  readonly file: string;
  /** Pixels, upright. */
  readonly width: number;
  /** Pixels, upright. */
  readonly height: number;
  /** The one or two colours that cover most of the picture (alpha flattened on white), the larger share first. */
  readonly expected: readonly [Colour] | readonly [Colour, Colour];
  readonly storage: Storage;
  /** Strength of the grain over the whole picture, 0 (none) to 1; truecolour PNGs have none, it would not compress. */
  readonly grain: number;
  /** The drawing: SVG elements in a plane of `width` × `height`. No text, so that no font is needed. */
  readonly drawing: string;
}
