import type { Answer } from './answer.ts';
import type { AnswerKind } from './answer-kind.ts';
import type { GraphInput } from './graph.ts';
import type { Preprocessing } from './preprocessing.ts';
import { valueRange } from './preprocessing-steps.ts';

/** What a model is judged by. */
export interface Judged {
  readonly preprocessing: Preprocessing;
  readonly input: GraphInput;
  readonly kind: AnswerKind;
  /** Type of the operation that makes the output, where the file says it. */
  readonly endsIn: string | undefined;
  /** Its answers to some sample pictures. */
  readonly answers: readonly Answer[];
}

/** Normalised values lie within a few units; far beyond, normalising was forgotten, or the graph does it. */
const USUAL_VALUE = 20;

/** A model that has learnt something is this many times surer of its best class than by chance. */
const ABOVE_CHANCE = 2;

/** Fewer pictures may well show the same thing. */
const SEVERAL = 3;

const ofInput = ({ batch, elementType }: GraphInput): readonly string[] => [
  ...(typeof batch === 'number' && batch > 1
    ? [`the batch is fixed at ${batch}: every picture costs a run of ${batch}, the others zeros`]
    : []),
  ...(elementType === 'float32' ? [] : [`the graph takes ${elementType}`]),
];

const ofPreprocessing = (preprocessing: Preprocessing): readonly string[] => {
  const { assumed, flipChannels } = preprocessing;
  const [least, greatest] = valueRange(preprocessing);
  return [
    ...(assumed.length > 0
      ? [`the folder does not say ${assumed.join(', ')}: the defaults of its processor are taken`]
      : []),
    ...(flipChannels ? ['the graph takes BGR'] : []),
    ...(Math.max(-least, greatest) > USUAL_VALUE
      ? [
          `the graph gets values from ${Math.round(least)} to ${Math.round(greatest)}: right only where it normalises itself, or was trained so`,
        ]
      : []),
  ];
};

const ofKind = (kind: AnswerKind, endsIn: string | undefined): readonly string[] => {
  if (kind.form !== 'tags') return [];
  const unnamed = kind.labels.filter((label, index) => label === `LABEL_${index}`).length;
  const ends = endsIn === 'Softmax' || endsIn === 'Sigmoid' || endsIn === 'LogSoftmax';
  return [
    ...(unnamed > 0 ? [`${unnamed} labels are no names (LABEL_0): id2label was never filled in`] : []),
    ...(kind.labels.length === 1001
      ? [`1,001 classes, the first being ${JSON.stringify(kind.labels[0])}`]
      : []),
    ...(ends && kind.activation !== 'none'
      ? [
          `the graph ends in ${endsIn}, and ${kind.activation} is done to that: "output": "probabilities" leaves it out`,
        ]
      : []),
  ];
};

const ofAnswers = (answers: readonly Answer[], kind: AnswerKind): readonly string[] => {
  const best = answers.flatMap((answer) => ('tags' in answer ? answer.tags.slice(0, 1) : []));
  if (kind.form !== 'tags' || best.length < SEVERAL || kind.labels.length < SEVERAL) return [];
  const [first] = best;
  const chance = 1 / kind.labels.length;
  return [
    ...(best.every((tag) => tag.class === first?.class)
      ? [
          `all ${best.length} sample pictures are ${first?.class}: preprocessing or weights are probably wrong`,
        ]
      : []),
    ...(!kind.isMultiLabel && best.every(({ confidence }) => confidence < ABOVE_CHANCE * chance)
      ? [`it is hardly surer than by chance (${(chance * 100).toFixed(1)} %) of any sample picture`]
      : []),
  ];
};

/** What is unusual about a model that loads: each may be right, and is worth a look. */
export const unusual = ({ preprocessing, input, kind, endsIn, answers }: Judged): readonly string[] => [
  ...ofInput(input),
  ...ofPreprocessing(preprocessing),
  ...ofKind(kind, endsIn),
  ...ofAnswers(answers, kind),
];
