import { type Command, Option } from 'commander';
import { MAX_PARALLEL_REQUESTS } from '../../engine/limits.ts';
import { InvalidRequestError } from '../../platform/errors.ts';
import type { AddCommand } from '../command.ts';
import { exitCodesHelp } from '../exit-codes.ts';
import { pictureExtensions } from '../inputs/picture.ts';
import { DEFAULT_MODEL } from '../model-choice.ts';
import { wholeNumber } from '../whole-number.ts';
import type { ClassifyArguments } from './arguments.ts';

const DESCRIPTION = `Label pictures with an image classifier (an ONNX model).

Inputs are taken in the order given:
  photo.jpg          a file, whatever its name ends in
  photos/            a folder: all pictures in it and below, sorted by name
  'photos/**/*.jpg'  a pattern (quoted: the shell must leave it alone)
  https://… s3://…   a URL, an S3 object
  @list.txt          a list: a path or reference per line, # for comments;
                     relative paths are relative to the list's folder
  -                  such a list on standard input
Folders and patterns give what is a picture by its extension
(${pictureExtensions.join(', ')}), hidden files left out.
Without inputs: the sample pictures, as a demonstration.`;

const HELP = `
Results go to stdout, everything else to stderr.

Examples:
  droste classify
  droste classify photos/ --top 3
  droste classify photos/ --json > results.ndjson
  droste classify photos/ --model models/mobilenet --concurrency 8
  find . -name '*.png' -newer last.txt | droste classify -
  droste classify photos/ --json | jq -r 'select(.error).image'
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

/** Largest numbers taken: the function's own bounds, and for concurrency Lambda's default account limit. */
const most = {
  top: 100,
  work: 10_000,
  parallel: MAX_PARALLEL_REQUESTS,
  slots: 1_000_000,
  concurrency: 1_000,
};

/** What the argument parser makes of the options: a switch that is off is absent. */
type Parsed = Pick<ClassifyArguments, 'model' | 'onError'> & Partial<Omit<ClassifyArguments, 'inputs'>>;

/** Options that say how the function here is set up; one that is deployed has its own set-up. */
const localOnly = ['model', 'concurrency', 'bundle', 'http'] as const;
const deployedOnly = ['profile', 'region', 'endpointUrl'] as const;

/** @throws InvalidRequestError for options that have no meaning beside each other. */
const checkTogether = (command: Command): void => {
  const isGiven = (name: string) => command.getOptionValueSource(name) === 'cli';
  const deployed = isGiven('function');
  const idle = (deployed ? localOnly : deployedOnly).find(isGiven);
  if (idle === undefined) return;
  const flag = `--${idle.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
  throw new InvalidRequestError(
    deployed
      ? `${flag} is of the local host: leave it out with --function`
      : `${flag} is of a deployed function: it takes --function`,
  );
};

/** `droste classify [inputs…]` */
export const classifyCommand: AddCommand = (program, { terminal, finish }) => {
  const number = (flags: string, about: string, largest: number) =>
    new Option(flags, about).argParser(wholeNumber(1, largest));

  program
    .command('classify')
    .summary('label pictures')
    .description(DESCRIPTION)
    .argument('[inputs...]', 'files, folders, patterns, URLs, @lists, -')
    .option('-m, --model <model>', "a model's name, its folder, or s3://bucket/prefix", DEFAULT_MODEL)
    .addOption(number('-k, --top <n>', 'tags per picture (default: 3; 5 with --json)', most.top))
    .option('--json', 'print results as NDJSON, in the order of the inputs')
    .addOption(
      new Option('--on-error <what>', 'at a picture that fails: answer the others, or stop')
        .choices(['collect', 'raise'])
        .default('collect'),
    )
    .addOption(number('--max-work <n>', 'pictures one invocation takes on itself (default: 8)', most.work))
    .addOption(number('--parallel <n>', 'children one invocation has at once (default: 10)', most.parallel))
    .addOption(number('--slots <n>', 'invocations at once (default: as --concurrency)', most.slots))
    .addOption(
      number(
        '--concurrency <n>',
        'execution environments, each a process (default: cores)',
        most.concurrency,
      ),
    )
    .option('-f, --function <name>', 'run on a deployed function (name, name:alias or ARN), not here')
    .option('--profile <name>', 'AWS profile, with --function')
    .option('--region <name>', 'AWS region, with --function')
    .option('--endpoint-url <url>', 'endpoint of AWS or of what stands in for it, with --function')
    .option('--bundle', 'run what a deploy would: the bundle instead of the source')
    .option('--http', 'allow http:// beside https://')
    .option('-v, --verbose', "print the function's log")
    .addHelpText('after', HELP)
    .action(async (inputs: readonly string[], options: Parsed, command: Command) => {
      checkTogether(command);
      const args = { json: false, bundle: false, http: false, verbose: false, ...options, inputs };
      const { prepare } = await import('./prepare.ts');
      const job = await prepare(args, terminal);
      const { runClassify } = await import('./run.ts');
      finish(await runClassify(job, args, terminal));
    });
};
