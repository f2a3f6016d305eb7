import type { PixelPlan } from '../../../images/index.ts';
import type { AnswerKind } from './answer-kind.ts';
import type { GraphInput } from './graph.ts';
import type { Extent, Preprocessing } from './preprocessing.ts';

const roundings = {
  'onnx-zoo': 'the ONNX model zoo',
  torchvision: 'torchvision',
  transformers: 'transformers',
} as const satisfies Record<NonNullable<PixelPlan['rounding']>, string>;

const decodeWords = ({ channels, icc, exif, alpha, preprocess = 'auto' }: PixelPlan): string =>
  [
    `decode to ${channels === 3 ? 'RGB' : 'grey'} of 8 bits`,
    icc === 'convert'
      ? 'colours converted to sRGB by their profile'
      : 'colours as stored, whatever their profile',
    exif === false ? 'as the picture lies' : 'turned by EXIF',
    `transparency ${alpha === 'drop' ? 'dropped' : 'on white'}`,
    { auto: 'in full up to 2^24 pixels', exact: 'in full', fast: 'reduced while decoding' }[preprocess],
  ].join(', ');

const resizeWords = ({ resize, filter, rounding = 'transformers' }: PixelPlan): string => {
  if (resize === undefined) return 'no resize';
  const how = `${filter} as Pillow, sizes rounded as ${roundings[rounding]}`;
  if ('width' in resize) return `resize to ${resize.width}×${resize.height}, whatever its shape; ${how}`;
  const most = resize.longestEdge === undefined ? '' : `, the longer one to ${resize.longestEdge} at most`;
  return `resize the shorter side to ${resize.shortestEdge}${most}, keeping the shape; ${how}`;
};

const perChannel = (value: number | readonly number[]): string =>
  typeof value === 'number' ? String(value) : `[${value.join(', ')}]`;

const rescaleWords = ({ scale, offset }: Preprocessing): string => {
  const factor = Math.abs(scale * 255 - 1) < 1e-9 ? '1/255' : String(scale);
  const rescaled = scale === 1 ? 'no rescale: values from 0 to 255' : `rescale: times ${factor}`;
  return offset === 0 ? rescaled : `${rescaled}, less 1`;
};

const all = (value: number | readonly number[], what: number): boolean =>
  [value].flat().every((each) => each === what);

/** The least and the greatest number that the graph gets. */
export const valueRange = ({ scale, offset, mean, std }: Preprocessing): readonly [number, number] => {
  const means = [mean].flat();
  const stds = [std].flat();
  const ends = Array.from({ length: Math.max(means.length, stds.length) }, (_, channel) =>
    [0, 255].map(
      (value) =>
        (value * scale - offset - (means[channel] ?? means[0] ?? 0)) / (stds[channel] ?? stds[0] ?? 1),
    ),
  ).flat();
  return [Math.min(...ends), Math.max(...ends)];
};

/** Numbers for people: three decimals are enough to know a range by. */
const short = (value: number): string => String(Number(value.toFixed(3)));

/** What becomes of a picture before the graph has it: one sentence a step, in their order. */
export const preprocessingSteps = (
  preprocessing: Preprocessing,
  input: GraphInput,
  plan: PixelPlan,
  { width, height }: Extent,
): readonly string[] => {
  const { mean, std, flipChannels } = preprocessing;
  const [least, greatest] = valueRange(preprocessing).map(short);
  const order = input.channels === 1 ? 'grey' : flipChannels ? 'BGR' : 'RGB';
  return [
    decodeWords(plan),
    resizeWords(plan),
    plan.crop === undefined ? 'no crop' : `crop the middle ${plan.crop.width}×${plan.crop.height}`,
    rescaleWords(preprocessing),
    all(mean, 0) && all(std, 1)
      ? 'no normalising'
      : `normalise: less ${perChannel(mean)}, divided by ${perChannel(std)}`,
    `to the graph as ${order}, ${input.layout}, ${input.elementType}, ${width}×${height}, values from ${least} to ${greatest}`,
  ];
};

/** What becomes of the graph's numbers. */
export const answerWords = (kind: AnswerKind, numbers: number): string => {
  switch (kind.form) {
    case 'tags': {
      const made = kind.activation === 'none' ? 'probabilities already' : kind.activation;
      if (kind.isBinary) return `2 classes of one number: ${made}, and the rest to 1`;
      const among = kind.isMultiLabel ? 'several may hold at once' : 'one of them holds';
      const least = kind.threshold > 0 ? `, from ${kind.threshold} up` : '';
      return `${numbers} ${numbers === 1 ? 'class' : `classes, ${among}`}: ${made}${least}`;
    }
    case 'scores':
      return `${numbers} ${numbers === 1 ? 'score' : 'scores'}, as the graph gives them`;
    case 'embedding':
      return `an embedding of ${numbers} numbers`;
    default:
      return kind satisfies never;
  }
};
