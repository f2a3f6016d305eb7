import { join, resolve } from 'node:path';
import type { Agreement, ModelCheck } from '../../functions/classify/index.ts';
import { type ExitCode, exitCodes } from '../command.ts';
import { samplePictures } from '../installation.ts';
import { type Paint, paintFor } from '../output/paint.ts';
import { shownOf } from '../output/said.ts';
import { onOneLine } from '../output/text.ts';
import type { Terminal } from '../terminal.ts';
import { findHere } from './find-here.ts';
import { proveModel } from './prove.ts';
import { stoppable } from './stoppable.ts';

export interface CheckArguments {
  /** A model that is here: its name, or its folder. */
  readonly name: string;
  /** Pictures that it answers for; default some of the sample pictures. */
  readonly pictures: readonly string[];
  readonly json: boolean;
}

/** As different as four pictures can be: one that answers the same to all has learnt nothing of them. */
const samples = ['lemon.jpg', 'brown-bear.jpg', 'night-sky.jpg', 'snowman.png'];

/** Best tags that are shown of a picture. */
const SHOWN = 5;

type Tensor = ModelCheck['graph']['inputs'][number];

const tensorWords = ({ name, elementType, shape }: Tensor): string =>
  `${name}, ${elementType} [${shape.map((size) => (size === '' ? '?' : size)).join(', ')}]`;

const graphLines = ({ graph }: ModelCheck): readonly string[] => {
  const { files, opset, irVersion, producer, operations, inputs, outputs, output, endsIn, layout, batch } =
    graph;
  const by = producer === '' ? '' : `, by ${producer}`;
  const end = endsIn === undefined ? '' : `, made by ${endsIn}`;
  return [
    `file: ${files.join(', ')}, opset ${opset}, IR version ${irVersion}${by}`,
    `operations: ${operations.join(', ')}`,
    ...inputs.map((input) => `input: ${tensorWords(input)}, ${layout}, batch ${batch}`),
    ...outputs.map((each) =>
      each.name === output ? `output: ${tensorWords(each)}${end}` : `output, not taken: ${tensorWords(each)}`,
    ),
  ];
};

/** Labels that are shown. */
const FIRST_LABELS = 5;

const answerLines = ({ answers, labels }: ModelCheck): readonly string[] => {
  if (labels.length === 0) return [answers];
  const more = labels.length > FIRST_LABELS ? ', …' : '';
  return [answers, `${labels.length} labels: ${labels.slice(0, FIRST_LABELS).join(', ')}${more}`];
};

const sampleLines = ({ samples: given }: ModelCheck): readonly string[] =>
  given.map(({ picture, answer }) => {
    const shown = shownOf({ model: '', answer }).slice(0, SHOWN);
    return `${picture}: ${shown.map(({ name, value }) => `${name} ${value}`).join(', ') || 'nothing'}`;
  });

/** Pictures that differ are named up to here. */
const NAMED = 5;

const agreementLines = ({ pictures, same, largestDifference, differing }: Agreement): readonly string[] => [
  `${same} of ${pictures} pictures of examples.json have the same classes in the same order`,
  `largest difference of a score: ${largestDifference.toPrecision(2)}`,
  ...differing
    .slice(0, NAMED)
    .map(
      ({ picture, expected, received }) =>
        `${picture}: expected ${expected.join(', ')}, received ${received.join(', ')}`,
    ),
];

/** The check for people: what the model is, step by step, and what is unusual about it. */
const describe = (check: ModelCheck, paint: Paint): string => {
  const section = (title: string, lines: readonly string[]): string =>
    `\n${paint('bold', title)}\n${lines.map((line) => `  ${onOneLine(line)}\n`).join('')}`;
  const steps = check.steps.map((step, index) => `${index + 1}. ${step}`);
  return [
    `${onOneLine(check.name)}, ${onOneLine(check.folder)}\nsha256 ${check.sha256}\n`,
    section('graph', graphLines(check)),
    section('from picture to graph', steps),
    section('from graph to answer', answerLines(check)),
    section('pictures', sampleLines(check)),
    section('unusual', check.unusual.length === 0 ? ['nothing'] : check.unusual),
    ...(check.agreement ? [section('agreement with Python', agreementLines(check.agreement))] : []),
  ].join('');
};

/**
 * `droste model check`: on stdout what a model is, or the same as JSON.
 *
 * @returns `failed` where answers are not those of `examples.json`
 * @throws InvalidRequestError for a model or a picture that is not here, ModelLoadError for a model that does not load
 */
export const runCheck = async (args: CheckArguments, terminal: Terminal): Promise<ExitCode> => {
  const { name, folder } = await findHere(args.name, terminal);
  const cwd = terminal.cwd();
  const pictures =
    args.pictures.length > 0
      ? args.pictures.map((picture) => resolve(cwd, picture))
      : samples.map((sample) => join(samplePictures, sample));
  let agrees = true;
  const code = await stoppable(terminal, 'stopped', async ({ signal }) => {
    const check = await proveModel(folder, name, { signal, pictures });
    agrees = check.agreement === undefined || check.agreement.same === check.agreement.pictures;
    const { stdout, env } = terminal;
    stdout.write(args.json ? `${JSON.stringify(check)}\n` : describe(check, paintFor(stdout, env)));
  });
  return code === exitCodes.done && !agrees ? exitCodes.failed : code;
};
