import * as z from 'zod';
import { ModelLoadError, quoteJson } from '../../../platform/index.ts';
import type { GraphInput } from './graph.ts';
import { parseDocument } from './json-document.ts';
import {
  cropShare,
  filters,
  nonZero,
  type PreprocessorDocument,
  perChannel,
} from './preprocessor-document.ts';

const pixels = z.int().positive();
const channelsHeightWidth = z.tuple([pixels, pixels, pixels]);

/** The keys of timm's `pretrained_cfg` that change pixels; source: timm/data/config.py, `resolve_data_config`. */
export const pretrainedConfig = z.looseObject({
  input_size: channelsHeightWidth.nullish(),
  test_input_size: channelsHeightWidth.nullish(),
  interpolation: z.enum(filters).nullish(),
  crop_pct: cropShare.nullish(),
  test_crop_pct: cropShare.nullish(),
  crop_mode: z
    .enum(['center', 'squash'], {
      error: ({ input }) =>
        `expected center or squash (border, which pads with the mean, is not done here), received ${quoteJson(input)}`,
    })
    .nullish(),
  mean: perChannel.nullish(),
  std: nonZero.nullish(),
});
const document = z.object({ pretrained_cfg: pretrainedConfig.nullish() });

/** Its keys that change no pixel; source: timm/models/_pretrained.py, `PretrainedCfg`, and what older versions had. */
const harmless: ReadonlySet<string> = new Set([
  ...['url', 'file', 'state_dict', 'hf_hub', 'hf_hub_id', 'hf_hub_filename', 'source', 'architecture', 'tag'],
  ...['custom_load', 'min_input_size', 'fixed_input_size', 'pool_size', 'test_pool_size', 'first_conv'],
  // of the labels and of the head, whose numbers are counted against each other
  ...['num_classes', 'label_offset', 'label_names', 'label_descriptions', 'classifier'],
  ...['license', 'description', 'origin_url', 'paper_name', 'paper_ids', 'notes'],
]);

/** What timm takes where a file says nothing; source: timm/data/constants.py and config.py. */
const defaults = {
  input_size: [3, 224, 224],
  interpolation: 'bicubic',
  crop_pct: 0.875,
  mean: [0.485, 0.456, 0.406],
  std: [0.229, 0.224, 0.225],
} as const satisfies z.output<typeof pretrainedConfig>;

const keysOfDefaults = Object.keys(defaults) as (keyof typeof defaults)[];

/** timm's preprocessing, for the size that a graph takes. */
export interface TimmPreprocessing {
  /** In the words of `preprocessor_config.json`, for a graph of that size, where it is fixed. */
  document(graph: Pick<GraphInput, 'width' | 'height'>): PreprocessorDocument;
  /** Keys that the file does not say: timm's defaults are taken. */
  readonly assumed: readonly string[];
}

/**
 * Reads `pretrained_cfg`, which timm writes into `config.json`, as timm's transforms for evaluation follow it (timm/data/
 * transforms_factory.py, `transforms_imagenet_eval`): a resize to the size over `crop_pct`, of the shorter side or, with
 * `crop_mode` `squash`, of both, and a centre crop. Of the sizes for training and for tests the one that the graph takes,
 * and where it takes any, that for tests, as transformers does (`TimmWrapperImageProcessor`).
 *
 * @param where what the file is called in messages, for example its path
 * @throws ModelLoadError for text that is no JSON, no or malformed `pretrained_cfg` (with its path), keys in it that are
 *   not followed here, and a centre crop that is no square
 */
export const parseTimmConfig = (text: string, where: string): TimmPreprocessing => {
  const { pretrained_cfg: said } = parseDocument(document, text, where);
  if (said == null) {
    throw new ModelLoadError(
      `${where}: expected preprocessor_config.json beside it, or pretrained_cfg in it as timm writes it, received neither`,
    );
  }
  const unknown = Object.entries(said).filter(
    ([key, value]) => value != null && !harmless.has(key) && !Object.hasOwn(pretrainedConfig.shape, key),
  );
  if (unknown.length > 0) {
    const named = unknown.map(([key, value]) => `${key} ${quoteJson(value)}`).join(', ');
    throw new ModelLoadError(
      `${where}: expected keys of pretrained_cfg that are followed here, received ${named}, which might change pixels; ` +
        'a preprocessor_config.json beside it stands above it',
    );
  }
  const train = said.input_size ?? defaults.input_size;
  const test = said.test_input_size ?? train;
  return {
    assumed: keysOfDefaults.filter((key) => said[key] == null),
    document: (graph) => {
      const fits = ([, height, width]: readonly number[]): boolean =>
        (graph.height ?? height) === height && (graph.width ?? width) === width;
      const forTests = fits(test) || !fits(train);
      const [, height, width] = forTests ? test : train;
      const share = (forTests ? said.test_crop_pct : undefined) ?? said.crop_pct ?? defaults.crop_pct;
      const isSquashed = said.crop_mode === 'squash';
      if (!isSquashed && height !== width) {
        throw new ModelLoadError(
          `${where}: expected a square as input_size of pretrained_cfg, or crop_mode squash, received ${height}×${width} (height×width)`,
        );
      }
      const scaled = { height: Math.floor(height / share), width: Math.floor(width / share) };
      return {
        image_processor_type: 'TimmWrapperImageProcessor',
        size: isSquashed ? scaled : { shortest_edge: scaled.height },
        resample: filters.indexOf(said.interpolation ?? defaults.interpolation),
        do_center_crop: true,
        crop_size: { height, width },
        image_mean: [...[said.mean ?? defaults.mean].flat()],
        image_std: [...[said.std ?? defaults.std].flat()],
      };
    },
  };
};
