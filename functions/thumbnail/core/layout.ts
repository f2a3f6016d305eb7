import type { Layout, Size } from '../../../images/index.ts';

/** How a picture goes into its box, in sharp's words. */
export const fits = ['cover', 'contain', 'inside', 'fill', 'outside'] as const;

export type Fit = (typeof fits)[number];

/** What a thumbnail is to measure, in pixels; with one side the other follows from the picture. */
export type Box =
  | { readonly width: number; readonly height: number }
  | { readonly width: number }
  | { readonly height: number };

export interface LayoutOptions {
  readonly fit: Fit;
  /** Whether a picture smaller than its box is enlarged. */
  readonly enlarge: boolean;
}

const scaledBy = ({ width, height }: Size, factor: number): Size => ({
  width: Math.max(1, Math.round(width * factor)),
  height: Math.max(1, Math.round(height * factor)),
});

const smaller = (a: Size, b: Size): Size => ({
  width: Math.min(a.width, b.width),
  height: Math.min(a.height, b.height),
});

const inBox = (source: Size, box: Size, { fit, enlarge }: LayoutOptions): Layout => {
  const across = box.width / source.width;
  const down = box.height / source.height;
  const most = enlarge ? Number.POSITIVE_INFINITY : 1;
  switch (fit) {
    case 'inside': {
      const scaled = scaledBy(source, Math.min(across, down, most));
      return { scaled, frame: scaled };
    }
    case 'outside': {
      const scaled = scaledBy(source, Math.min(Math.max(across, down), most));
      return { scaled, frame: scaled };
    }
    case 'contain':
      return { scaled: scaledBy(source, Math.min(across, down, most)), frame: box };
    case 'cover': {
      const scaled = scaledBy(source, Math.min(Math.max(across, down), most));
      return { scaled, frame: smaller(scaled, box) };
    }
    case 'fill': {
      const scaled = enlarge ? box : smaller(source, box);
      return { scaled, frame: scaled };
    }
    default:
      return fit satisfies never;
  }
};

/**
 * Where a picture goes: `inside` keeps all of it within the box, `contain` pads that to the box; `outside` covers the
 * box, `cover` crops that to it, centred; `fill` gives up the aspect ratio. Never enlarged unless told so: a smaller
 * picture stays as it is (`contain` still pads it). Sides are rounded to whole pixels, at least 1.
 *
 * @param source upright
 */
export const layOut = (source: Size, box: Box, options: LayoutOptions): Layout => {
  if ('width' in box && 'height' in box) return inBox(source, box, options);
  const factor = 'width' in box ? box.width / source.width : box.height / source.height;
  const scaled = scaledBy(source, options.enlarge ? factor : Math.min(1, factor));
  return { scaled, frame: scaled };
};
