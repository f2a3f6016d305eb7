import * as z from 'zod';
import { quoteJson } from '../../../platform/index.ts';

const expected = (forms: string) => ({
  error: (issue: { readonly input?: unknown }) => `expected ${forms}, received ${quoteJson(issue.input)}`,
});

const pixels = z.int().positive();
const extent = z.object({ width: pixels, height: pixels });
const size = z.union(
  [
    pixels,
    extent,
    z.object({ shortest_edge: pixels, longest_edge: pixels.optional() }),
    z.tuple([pixels, pixels]).transform(([height, width]) => ({ height, width })),
  ],
  expected('a number, {height, width}, {shortest_edge} or {shortest_edge, longest_edge}, in whole pixels'),
);
const cropSize = z.union([pixels, extent], expected('a number or {height, width}, in whole pixels'));
/**
 * `crop_pct`: the share of the resized picture that is kept. More than all of it would frame every picture in black, which
 * no model was trained with.
 */
export const cropShare = z
  .number()
  .positive(expected('a share above 0 and up to 1'))
  .max(1, expected('a share above 0 and up to 1'));
/** Pillow's resampling filters, by their numbers (PIL.Image.Resampling). */
export const filters = ['nearest', 'lanczos', 'bilinear', 'bicubic', 'box', 'hamming'] as const;

/** One number for every channel, or one for each. */
export const perChannel = z.union(
  [z.number(), z.array(z.number()).min(1)],
  expected('a number or a list of numbers, one per channel'),
);
/** {@link perChannel}, to divide by. */
export const nonZero = perChannel.refine(
  (std) => [std].flat().every((value) => value !== 0),
  expected('no zero, since pixels are divided by it'),
);

/** What of decoding a request may say, and the section `droste` too. */
export const decodingKeys = {
  icc: z.enum(['ignore', 'convert']).optional(),
  exif: z.boolean().optional(),
  alpha: z.enum(['white', 'drop']).optional(),
  preprocess: z.enum(['auto', 'exact', 'fast']).optional(),
};
/** The section `droste` of the file. */
export const ownSection = z.strictObject({
  rounding: z.enum(['onnx-zoo', 'torchvision', 'transformers']).optional(),
  /** Keys of the file that somebody has looked at and that change nothing here. */
  ignore: z.array(z.string()).optional(),
  ...decodingKeys,
});

/** The keys of `preprocessor_config.json` that are read, as they stand in the file; the others as they are. */
export const preprocessorDocument = z.looseObject({
  image_processor_type: z.string().nullish(),
  feature_extractor_type: z.string().nullish(),
  do_resize: z.boolean().nullish(),
  size: size.nullish(),
  default_to_square: z.boolean().nullish(),
  resample: z.number().nullish(),
  do_center_crop: z.boolean().nullish(),
  crop_size: cropSize.nullish(),
  crop_pct: cropShare.nullish(),
  do_rescale: z.boolean().nullish(),
  rescale_factor: z.number().nullish(),
  rescale_offset: z.boolean().nullish(),
  do_normalize: z.boolean().nullish(),
  image_mean: perChannel.nullish(),
  image_std: nonZero.nullish(),
  include_top: z.boolean().nullish(),
  do_flip_channel_order: z.boolean().nullish(),
  droste: ownSection.nullish(),
});

export type PreprocessorDocument = z.output<typeof preprocessorDocument>;
