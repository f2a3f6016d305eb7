import { ModelLoadError } from '../../../platform/index.ts';

/** An input or output of a graph, as the runtime reports it. */
export interface TensorDescription {
  readonly name: string;
  /** For example `float32`; `none` for a sequence or a map. */
  readonly elementType: string;
  /** A fixed size, or the name of a symbolic one (which may be empty). */
  readonly shape: readonly (number | string)[];
}

/** Element types of the input that pixels can be turned into. */
const elementTypes = ['float32', 'float16', 'uint8'] as const;
export type ElementType = (typeof elementTypes)[number];

export type Layout = 'NCHW' | 'NHWC';

/** What an image classifier's graph takes. Everything is read from the graph itself. */
export interface GraphInput {
  readonly name: string;
  readonly layout: Layout;
  readonly elementType: ElementType;
  readonly channels: 1 | 3;
  /** Fixed height and width in pixels; undefined where the graph takes any. */
  readonly height: number | undefined;
  readonly width: number | undefined;
  readonly batch: number | 'symbolic';
}

/**
 * Reads what a graph takes from the description of its inputs.
 *
 * The channel axis is the one of 1 or 3: second is NCHW, fourth is NHWC, and NCHW where both are. Where both are
 * symbolic (PyTorch exports often name them `num_channels`, `height`, `width`), the axis whose name speaks of
 * channels is it, else the second, and there are 3.
 *
 * @throws ModelLoadError for more or fewer than one input, an element type other than {@link elementTypes},
 *   a shape that is not 4-D, and a channel axis of neither 1 nor 3; it says what was found
 */
export const readGraphInput = (inputs: readonly TensorDescription[], where = 'the graph'): GraphInput => {
  const [input, ...others] = inputs;
  if (input === undefined || others.length > 0) {
    throw new ModelLoadError(
      `${where}: expected one input, received ${inputs.length}${inputs.length === 0 ? '' : ` (${describeAll(inputs)})`}`,
    );
  }
  const elementType = elementTypes.find((type) => type === input.elementType);
  if (elementType === undefined) {
    throw new ModelLoadError(
      `${where}: expected an input of type ${elementTypes.join(', ')}, received ${describe(input)}`,
    );
  }
  const [batch, second, third, fourth, ...rest] = input.shape;
  if (
    batch === undefined ||
    second === undefined ||
    third === undefined ||
    fourth === undefined ||
    rest.length > 0
  ) {
    throw new ModelLoadError(
      `${where}: expected an input of 4 dimensions (NCHW or NHWC), received ${describe(input)}`,
    );
  }
  const layout = layoutOf(second, fourth);
  if (layout === undefined) {
    throw new ModelLoadError(
      `${where}: expected 1 or 3 channels in the second (NCHW) or fourth (NHWC) dimension, received ${describe(input)}`,
    );
  }
  const [channels, height, width] = layout === 'NCHW' ? [second, third, fourth] : [fourth, second, third];
  return {
    name: input.name,
    layout,
    elementType,
    channels: channels === 1 ? 1 : 3,
    height: fixed(height),
    width: fixed(width),
    batch: fixed(batch) ?? 'symbolic',
  };
};

const layoutOf = (second: number | string, fourth: number | string): Layout | undefined => {
  if (isChannelCount(second)) return 'NCHW';
  if (isChannelCount(fourth)) return 'NHWC';
  if (typeof second === 'string' && typeof fourth === 'string') {
    return namesChannels(fourth) && !namesChannels(second) ? 'NHWC' : 'NCHW';
  }
  if (typeof second === 'string' && namesChannels(second)) return 'NCHW';
  return typeof fourth === 'string' && namesChannels(fourth) ? 'NHWC' : undefined;
};

const isChannelCount = (size: number | string): boolean => size === 1 || size === 3;

const namesChannels = (name: string): boolean => /^c$|channel/i.test(name);

const fixed = (size: number | string): number | undefined => (typeof size === 'number' ? size : undefined);

/** An output, and why it was taken where there are others. */
export interface ChosenOutput {
  readonly name: string;
  readonly warnings: readonly string[];
}

/**
 * Chooses the output that holds the scores: the only one, or of several the first with one score per class (all
 * dimensions after the second are 1), or the first at all.
 *
 * @param wanted the output's name, where `config.json` says it (`output_name`)
 * @throws ModelLoadError where there is none, or none of the wanted name
 */
export const chooseOutput = (
  outputs: readonly TensorDescription[],
  where = 'the graph',
  wanted?: string,
): ChosenOutput => {
  const named = wanted === undefined ? undefined : outputs.find(({ name }) => name === wanted);
  const scored = outputs.find(holdsScores);
  const output = wanted === undefined ? (scored ?? outputs[0]) : named;
  if (output === undefined) {
    const what = wanted === undefined ? 'an output' : `the output ${wanted} (output_name in config.json)`;
    throw new ModelLoadError(`${where}: expected ${what}, received ${describeAll(outputs) || 'none'}`);
  }
  const place = outputs.find(({ name }) => namesPlaces(name));
  if (place !== undefined && outputs.length > 1 && wanted === undefined) {
    throw new ModelLoadError(
      `${where}: expected one row of numbers a picture, received the output ${describe(place)}: detection and ` +
        'segmentation answer where things are, which is none; "output_name" in config.json takes another output',
    );
  }
  if (outputs.length === 1 || wanted !== undefined) return { name: output.name, warnings: [] };
  const why = scored === undefined ? 'none has one score per class' : 'the first with one score per class';
  return {
    name: output.name,
    warnings: [
      `${where}: ${outputs.length} outputs (${describeAll(outputs)}); ${output.name} is taken, ${
        scored === undefined ? `the first, since ${why}` : why
      }; "output_name" in config.json takes another`,
    ],
  };
};

/** `pred_boxes`, `detection_masks`, `bbox`. */
const namesPlaces = (name: string): boolean => /(^|_)(b?box(es)?|masks?)(_|$)/i.test(name);

const holdsScores = ({ elementType, shape }: TensorDescription): boolean =>
  elementType.startsWith('float') && shape.length >= 2 && shape.slice(2).every((size) => size === 1);

/** `data float32 [1, 3, height, 224]`, for messages. */
const describe = ({ name, elementType, shape }: TensorDescription): string =>
  `${name} ${elementType} [${shape.map((size) => (size === '' ? '?' : size)).join(', ')}]`;

const describeAll = (tensors: readonly TensorDescription[]): string => tensors.map(describe).join(', ');

/** Far above any classifier's: ImageNet-21k has 21,843. What a stranger's graph answers has to fit into memory. */
const MAX_CLASSES = 1_000_000;

/**
 * Counts the classes in the shape that a run answered with.
 *
 * @param batch how many pictures the run was given
 * @throws ModelLoadError unless the shape is the batch and at most one other dimension that is not 1, in any position
 *   (seen: [1, 1000], [N, 1000], [1, 1000, 1, 1])
 */
export const countClasses = (shape: readonly number[], batch: number, where = 'the graph'): number => {
  const perPicture = shape[0] === batch ? shape.slice(1) : batch === 1 ? shape : [];
  const wide = perPicture.filter((size) => size !== 1);
  const [classes = 1] = wide;
  if (classes > MAX_CLASSES) {
    throw new ModelLoadError(`${where}: expected at most ${MAX_CLASSES} classes, received ${classes}`);
  }
  if (perPicture.length > 0 && wide.length <= 1 && classes > 0) return classes;
  const picture = shape[0] === batch ? perPicture : shape;
  throw new ModelLoadError(
    `${where}: expected one row of numbers a picture for a batch of ${batch}, received an output of shape [${shape.join(', ')}]${likeTask(picture)}`,
  );
};

/** What answers in such a shape. */
const likeTask = (perPicture: readonly number[]): string => {
  if (perPicture.length === 3) return ', a number for every place: segmentation and depth answer so';
  if (perPicture.length === 2) return ', several rows: detectors answer so, and transformers without a head';
  return '';
};
