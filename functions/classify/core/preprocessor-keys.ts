import { ModelLoadError, quoteJson } from '../../../platform/index.ts';
import { type PreprocessorDocument, preprocessorDocument } from './preprocessor-document.ts';
import type { ProcessorDefaults } from './processor-families.ts';

/**
 * Keys that image processors of transformers write and that change no pixel of one RGB picture; source: the attributes
 * and `ImagesKwargs` of src/transformers/image_processing_base.py, image_processing_utils_fast.py, processing_utils.py.
 */
const harmless: ReadonlySet<string> = new Set([
  ...[
    '_auto_class',
    '_commit_hash',
    '_name_or_path',
    '_processor_class',
    '_valid_processor_keys',
    'auto_map',
  ],
  ...[
    'data_format',
    'device',
    'disable_grouping',
    'input_data_format',
    'model_input_names',
    'return_tensors',
  ],
  ...['processor_class', 'tokenizer_class', 'transformers_version', 'transformers.js_config'],
  // the graph says how many channels it takes, and pictures are brought to them
  ...['do_convert_rgb', 'image_mode', 'num_channels'],
  // of segmentation maps, which classifiers have none of
  ...['do_reduce_labels', 'reduce_labels'],
]);

/** What somebody who wrote a key of this name probably meant. */
const meant: Readonly<Record<string, string>> = {
  bgr: 'do_flip_channel_order',
  channel_order: 'do_flip_channel_order',
  color_mode: 'do_flip_channel_order',
  img_mean: 'image_mean',
  img_size: 'size',
  img_std: 'image_std',
  input_size: 'size',
  interpolation: 'resample',
  mean: 'image_mean',
  rescale: 'do_rescale',
  scale: 'rescale_factor',
  std: 'image_std',
};

/** Nothing is asked for by a key without a value, nor by a step that is not to be done. */
const asksForNothing = (key: string, value: unknown): boolean =>
  value == null || (key.startsWith('do_') && value === false);

const unknownKeys = (document: PreprocessorDocument): readonly string[] => {
  const ignored = new Set(document.droste?.ignore);
  return Object.entries(document).flatMap(([key, value]) =>
    Object.hasOwn(preprocessorDocument.shape, key) ||
    harmless.has(key) ||
    ignored.has(key) ||
    asksForNothing(key, value)
      ? []
      : [key],
  );
};

/** What has to be said since nobody knows the defaults: each as it may be said. */
const missingKeys = (
  document: PreprocessorDocument,
  known: ProcessorDefaults['known'],
): readonly string[] => {
  if (known === 'family') return [];
  const { do_resize, size, resample, do_center_crop, crop_size, do_normalize, image_mean, image_std } =
    document;
  const resizes = do_resize !== false;
  const isBare = typeof size === 'number' && document.default_to_square == null && document.crop_pct == null;
  const rescales = document.do_rescale != null || document.rescale_factor != null;
  return [
    ...(resizes && size == null ? ['size (or do_resize false)'] : []),
    ...(resizes && isBare ? ['size as {height, width} or {shortest_edge} (a number may mean either)'] : []),
    ...(resizes && resample == null ? ['resample (2 is bilinear, 3 bicubic)'] : []),
    ...(crop_size != null && do_center_crop == null ? ['do_center_crop (beside crop_size)'] : []),
    ...(do_center_crop === true && crop_size == null ? ['crop_size (beside do_center_crop)'] : []),
    ...(known === 'none' && !rescales ? ['do_rescale or rescale_factor'] : []),
    ...(do_normalize !== false && image_mean == null ? ['image_mean (or do_normalize false)'] : []),
    ...(do_normalize !== false && image_std == null ? ['image_std (or do_normalize false)'] : []),
  ];
};

/**
 * Refuses a file that would be followed wrongly and in silence: one with keys that are not known here, which may ask
 * for other pixels, or without keys whose defaults nobody knows.
 *
 * @param known whether the defaults are those of the processor that the file names
 * @throws ModelLoadError naming the keys, and what to say instead
 */
export const checkKeys = (
  document: PreprocessorDocument,
  known: ProcessorDefaults['known'],
  where: string,
): void => {
  const unknown = unknownKeys(document);
  if (unknown.length > 0) {
    const named = unknown.map((key) => {
      const instead = meant[key.toLowerCase()];
      return `${key} ${quoteJson(document[key])}${instead === undefined ? '' : ` (is ${instead} meant?)`}`;
    });
    throw new ModelLoadError(
      `${where}: expected keys that are followed here, received ${named.join(', ')}, which might change pixels; if ` +
        `not, say so: "droste": {"ignore": ${JSON.stringify(unknown)}}`,
    );
  }
  const missing = missingKeys(document, known);
  if (missing.length === 0) return;
  const processor = document.image_processor_type ?? document.feature_extractor_type;
  throw new ModelLoadError(
    `${where}: expected it to say ${missing.join(', ')}, since ${
      known === 'none'
        ? 'without image_processor_type there are no defaults'
        : `the defaults of ${processor} are not known here`
    }`,
  );
};

/** Keys of which the processor's defaults are taken, since the file does not say them. */
export const assumedKeys = (
  document: PreprocessorDocument,
  { normalise, centreCrop }: ProcessorDefaults,
): readonly string[] => {
  const { do_resize, do_center_crop = centreCrop, do_normalize = normalise } = document;
  const wanted = [
    ...(do_resize === false ? [] : ['size', 'resample']),
    ...(do_center_crop === true ? ['crop_size'] : []),
    ...(do_normalize === false ? [] : ['image_mean', 'image_std']),
  ];
  return wanted.filter((key) => document[key] == null);
};
