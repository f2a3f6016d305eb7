import type { PixelPlan } from '../../../images/index.ts';
import { ModelLoadError } from '../../../platform/index.ts';
import type { GraphInput } from './graph.ts';
import { parseDocument } from './json-document.ts';
import type { Preprocessing } from './preprocessing.ts';
import { filters, type PreprocessorDocument, preprocessorDocument } from './preprocessor-document.ts';
import { assumedKeys, checkKeys } from './preprocessor-keys.ts';
import { type ProcessorDefaults, processorDefaults } from './processor-families.ts';
import { geometry } from './resize-and-crop.ts';
import { parseTimmConfig } from './timm-config.ts';

/**
 * Parses `preprocessor_config.json` in Hugging Face's layout. Absent keys get the defaults of the image
 * processor that the file names; where that is none, or one whose defaults are not known here, what changes pixels has
 * to be said. The section `droste` is ours (`rounding`, `icc`, `exif`, `alpha`, `preprocess`, `ignore`). As in
 * transformers, channels are flipped before they are normalised, so `image_mean` and `image_std` are in the order the
 * graph takes.
 *
 * @param where what the file is called in messages, for example its path
 * @throws ModelLoadError for text that is no JSON, a malformed key (with its path), an unknown `resample`, and keys that
 *   are missing or not known here ({@link checkKeys})
 */
export const parsePreprocessing = (text: string, where = 'preprocessor_config.json'): Preprocessing =>
  understood(parseDocument(preprocessorDocument, text, where), where);

/**
 * Parses what timm's models have instead, `pretrained_cfg` in `config.json`: see {@link parseTimmConfig}.
 *
 * @returns the preprocessing for a graph of a size, where that is fixed
 */
export const parseTimmPreprocessing = (
  text: string,
  where = 'config.json',
): ((graph: Pick<GraphInput, 'width' | 'height'>) => Preprocessing) => {
  const { document, assumed } = parseTimmConfig(text, where);
  return (graph) => ({ ...understood(document(graph), where), assumed });
};

const understood = (document: PreprocessorDocument, where: string): Preprocessing => {
  const { rounding, ignore: _, ...decoding } = document.droste ?? {};
  const defaults = processorDefaults(
    document.image_processor_type ?? document.feature_extractor_type ?? undefined,
  );
  checkKeys(document, defaults.known, where);
  return {
    ...geometry(document, defaults),
    filter: filterOf(document.resample ?? defaults.resample, where),
    rounding: rounding ?? defaults.rounding,
    ...numbers(document, defaults),
    decoding,
    assumed: assumedKeys(document, defaults),
  };
};

const filterOf = (resample: number, where: string): PixelPlan['filter'] => {
  const filter = filters[resample];
  if (filter !== undefined) return filter;
  const accepted = filters.map((name, index) => `${index} (${name})`).join(', ');
  throw new ModelLoadError(`${where}: expected resample to be one of ${accepted}, received ${resample}`);
};

const numbers = (
  document: PreprocessorDocument,
  defaults: ProcessorDefaults,
): Omit<Preprocessing, 'resize' | 'filter' | 'rounding' | 'crop' | 'decoding' | 'assumed'> => {
  const rescales = document.do_rescale ?? true;
  const normalises = document.do_normalize ?? defaults.normalise;
  // transformers divides for do_normalize, and once more for include_top
  const divisions = Number(normalises) + Number(document.include_top ?? defaults.dividesTwice);
  return {
    scale: rescales ? (document.rescale_factor ?? 1 / 255) : 1,
    offset: rescales && document.rescale_offset === true ? 1 : 0,
    mean: normalises ? (document.image_mean ?? defaults.mean) : 0,
    std: toPower(document.image_std ?? defaults.std, divisions),
    flipChannels: document.do_flip_channel_order ?? defaults.flipChannels,
  };
};

const toPower = (std: number | readonly number[], power: number): number | readonly number[] =>
  typeof std === 'number' ? std ** power : std.map((value) => value ** power);
