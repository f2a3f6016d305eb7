import { Option } from 'commander';
import type { ClassifyOptions } from '../../functions/classify/index.ts';
import type { AddCommand } from '../command.ts';
import { pictureExtensions } from '../inputs/picture.ts';
import { DEFAULT_MODEL } from '../installation.ts';
import { listOption, numberOption, readNumber } from '../options.ts';
import { addPictureOptions, exitCodesHelp, inputsHelp, readPictureArguments } from '../run/options.ts';
import type { ClassifyArguments } from './run.ts';

const DESCRIPTION = `Label pictures with an image classifier (an ONNX model).

${inputsHelp}
Folders and patterns give what is a picture by its extension
(${pictureExtensions.join(', ')}),
hidden files left out. Without inputs: the sample pictures, as a demonstration.`;

const HELP = `
Results go to stdout, everything else to stderr.

Examples:
  droste classify
  droste classify photos/ --top 3
  droste classify photos/ --json > results.ndjson
  droste classify photos/ --report run.html --truth folder
  droste classify photos/ --model models/mobilenet --concurrency 8
  droste classify photos/ --min-confidence 0.8 --format paths -0 | xargs -0 ls -l
  find . -name '*.png' -newer last.txt | droste classify -
  droste classify photos/ --json | jq -r 'select(.error).image'
  droste classify photos/ --min-confidence 0.5 --group-by tag --copy-to sorted/
  droste classify photos/ --function droste-classify --region eu-west-1

Environment:
  MODELS_DIRECTORY   folder of the models that go by name
  FETCH_TIMEOUT_MS   time for one picture's download (default: 20000)
  MAX_IMAGE_BYTES    largest picture in bytes (default: 50 MiB)
  MAX_PIXELS         largest picture in pixels (default: 16383 × 16383)
  MAX_IN_FLIGHT      pictures an invocation has under way at once (default: 16)
  AWS_PROFILE, …     credentials for s3://, as the AWS SDK reads them
  NO_COLOR           no colours

${exitCodesHelp}`;

/** The words that a request's option takes; written out, for the definition would be loaded with every command. */
const words = <Name extends keyof ClassifyOptions>(
  _: Name,
  all: Record<Extract<ClassifyOptions[Name], string>, true>,
): readonly string[] => Object.keys(all);

const requestFlags = [
  [
    '--icc <how>',
    words('icc', { ignore: true, convert: true }),
    'colour profiles: ignored (as Python does), or converted to sRGB',
  ],
  [
    '--alpha <how>',
    words('alpha', { white: true, drop: true }),
    'transparency: put on white, or dropped (as Python does)',
  ],
  [
    '--preprocess <how>',
    words('preprocess', { auto: true, exact: true, fast: true }),
    'decode in full, or reduce large pictures while decoding; auto: by their size',
  ],
  [
    '--embedding <how>',
    words('embeddingFormat', { base64: true, array: true }),
    "how an embedding's float32 numbers are written (default: base64)",
  ],
] as const;

/** `droste classify [inputs…]` */
export const classifyCommand: AddCommand = (program, { terminal, finish }) => {
  const command = program
    .command('classify')
    .summary('label pictures')
    .description(DESCRIPTION)
    .argument('[inputs...]', 'files, folders, patterns, URLs, @lists, -')
    .addOption(
      listOption(
        '-m, --model <model>',
        `a model's name, its folder, or s3://bucket/prefix (default: ${DEFAULT_MODEL}); several by name`,
      ),
    )
    .addOption(numberOption('-k, --top <n>', 'tags per picture (default: 3 in a table, else 5)', 100))
    .addOption(
      new Option(
        '--min-confidence <share>',
        'leave out tags the model is less sure of, from 0 to 1',
      ).argParser(readNumber(0, 1)),
    );
  for (const [flag, words, about] of requestFlags) command.addOption(new Option(flag, about).choices(words));
  command.option('--no-exif', 'take pictures as they lie, not turned by EXIF');
  addPictureOptions(command)
    .addOption(
      new Option(
        '--group-by <what>',
        'write answers in groups, the largest first, once all are there',
      ).choices(['tag']),
    )
    .option('--cache <folder>', 'keep results by picture, model and options, and take those that are there')
    .option('--copy-to <folder>', 'copy the pictures into folders of it by their best tag, once asked')
    .option('--move-to <folder>', 'move them there; nothing is ever written over')
    .option('-y, --yes', 'do not ask before pictures are copied or moved')
    .addHelpText('after', HELP)
    .action(
      async (inputs: readonly string[], { model = [DEFAULT_MODEL], ...own }: Partial<ClassifyArguments>) => {
        const args = { model, ...own, ...readPictureArguments(command, inputs, ['model', 'cache']) };
        const { runClassify } = await import('./run.ts');
        finish(await runClassify(args, terminal));
      },
    );
};
