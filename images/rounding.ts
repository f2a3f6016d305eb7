/** Whose rounding of sizes and offsets a model was trained on, or is measured with. */
export type Rounding = 'onnx-zoo' | 'torchvision' | 'transformers';

/** Short and long side of a picture, in pixels. */
interface Sides {
  readonly short: number;
  readonly long: number;
}

/** How one library gets from real numbers to pixels. */
interface Rules {
  /** The long side where the short one becomes `edge`. */
  readonly long: (edge: number, sides: Sides) => number;
  /** Both sides where the long one must not exceed `cap`; undefined: as without one. */
  readonly capped: (edge: number, sides: Sides, cap: number) => Sides | undefined;
  /** First pixel of a centre crop within a side. */
  readonly offset: (side: number, crop: number) => number;
  /** Black pixels before a side that a centre crop exceeds by `missing`. */
  readonly before: (missing: number) => number;
}

/** Python's `round`. */
const roundHalfToEven = (value: number): number => {
  const below = Math.floor(value);
  const rest = value - below;
  return rest < 0.5 || (rest === 0.5 && below % 2 === 0) ? below : below + 1;
};

const cutOff = (edge: number, { short, long }: Sides): number => Math.trunc((edge * long) / short);

const capAfter =
  (toLong: Rules['long']): Rules['capped'] =>
  (edge, sides, cap) => {
    const long = toLong(edge, sides);
    return long > cap ? { short: Math.trunc((cap * edge) / long), long: cap } : undefined;
  };

const nearest: Rules['long'] = (edge, { short, long }) => roundHalfToEven((edge / short) * long);

/**
 * One row per library, each in the order of its operations, which decides halves and the last bit:
 *
 * - `onnx-zoo`: onnx/models, vision/classification/imagenet_preprocess.py, `image_resize` (`int(round(ratio * side))`)
 *   and `crop_center` (`w // 2 - crop_w // 2`). It has no cap (torchvision's is taken, of sides that are rounded), and
 *   no answer to a crop larger than the picture.
 * - `torchvision`: torchvision/transforms/functional.py, `_compute_resized_output_size` (`int(size * long / short)`,
 *   `int(max_size * new_short / new_long)`) and `center_crop` (`int(round((height - crop_height) / 2.0))`, and padding
 *   of `(crop - side) // 2` first). timm's evaluation transforms and the `…Fast` processors of transformers 4 call it.
 * - `transformers`: transformers, image_transforms.py, `get_resize_output_image_size` (`int(size * long / short)`),
 *   `get_size_with_aspect_ratio` for a cap, and `center_crop` (`(side - crop) // 2`, and padding of
 *   `ceil((crop - side) / 2)` first), which the Pillow processors of versions 4 and 5 call.
 */
export const roundings: Readonly<Record<Rounding, Rules>> = {
  'onnx-zoo': {
    long: nearest,
    capped: capAfter(nearest),
    offset: (side, crop) => Math.floor(side / 2) - Math.floor(crop / 2),
    before: (missing) => Math.ceil(missing / 2),
  },
  torchvision: {
    long: cutOff,
    capped: capAfter(cutOff),
    offset: (side, crop) => roundHalfToEven((side - crop) / 2),
    before: (missing) => Math.floor(missing / 2),
  },
  transformers: {
    long: cutOff,
    capped: (edge, { short, long }, cap) => {
      if ((long / short) * edge <= cap) return undefined;
      const exact = (cap * short) / long;
      return { short: roundHalfToEven(exact), long: Math.trunc((exact * long) / short) };
    },
    offset: (side, crop) => Math.floor((side - crop) / 2),
    before: (missing) => Math.ceil(missing / 2),
  },
};
