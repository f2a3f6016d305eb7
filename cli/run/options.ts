import { type Command, InvalidArgumentError, Option } from 'commander';
import { MAX_PARALLEL_REQUESTS } from '../../engine/limits.ts';
import { InvalidRequestError, MEMORY_MAX_MB, MEMORY_MIN_MB, VCPU_MEMORY_MB } from '../../platform/index.ts';
import { type AwsArguments, awsOptions, listOption, numberOption, wholeNumber } from '../options.ts';
import { type FormatName, formatNames } from '../output/formats.ts';
import type { RecordArguments } from '../report/record.ts';
import type { RunShape } from './shape.ts';

/** What the command lines of all functions over pictures have in common; what is absent depends on the rest. */
export interface PictureArguments extends AwsArguments, RecordArguments, Partial<RunShape> {
  readonly inputs: readonly string[];
  readonly format: FormatName;
  readonly onError: 'raise' | 'collect';
  /** Of each execution environment, MB; more ends it, as on Lambda. */
  readonly memory?: number;
  /** A deployed function to run on, instead of a local host. */
  readonly function?: string;
  /** Run the bundle instead of the source. */
  readonly bundle: boolean;
  readonly http: boolean;
  readonly verbose: boolean;
  /** Patterns of what folders and patterns leave out. */
  readonly exclude: readonly string[];
  readonly follow: boolean;
  /** Go on with the pictures that come into folders. */
  readonly watch: boolean;
  /** Whether names in lists, and paths that are written, end with NUL. */
  readonly null: boolean;
  /** Say what is wrong, and nothing else. */
  readonly quiet: boolean;
  /** A file of results that several runs complete. */
  readonly resume?: string;
  /** Look the pictures up, and start nothing. */
  readonly dryRun: boolean;
}

/** Largest numbers taken: the function's own bounds, and for concurrency Lambda's default account limit. */
const most = { work: 10_000, parallel: MAX_PARALLEL_REQUESTS, slots: 1_000_000, concurrency: 1_000 };

/** What is chosen for `auto` follows from measured own work, which a command, being the root, has none of. */
const readWork = (text: string): number => {
  if (text !== 'auto') return wholeNumber(1, most.work)(text);
  throw new InvalidArgumentError(
    'Here the command is the root: only a function that is the root measures and chooses (MAX_WORK_PER_REQUEST=auto); ' +
      '"droste plan" says what it would choose.',
  );
};

/** What is said of the inputs in a command's description. */
export const inputsHelp = `Inputs are taken in the order given:
  photo.jpg          a file, whatever its name ends in
  photos/            a folder: all pictures in it and below, sorted by name
  'photos/**/*.jpg'  a pattern (quoted: the shell must leave it alone)
  https://… s3://…   a URL, an S3 object
  @list.txt          a list: a path or reference per line, # for comments;
                     relative paths are relative to the list's folder
  -                  such a list on standard input, worked on as it comes`;

/** For the end of the help of a command over pictures. */
export const exitCodesHelp = `Exit codes:
  0    every picture has an answer
  1    pictures failed or could not be looked up, or the run failed
  2    nothing was done: the command line, a setting or the model is wrong
  130  stopped by Ctrl-C (143: by SIGTERM); what was done is printed. A watch
       that waits for more pictures is over with it: 0, or 1`;

/**
 * Adds the options that all commands over pictures take.
 *
 * @param format flag of the results' format, where `--format` is of something else
 */
export const addPictureOptions = (command: Command, format = '--format'): Command => {
  const options = [
    new Option(`${format} <name>`, 'how results are written').choices(formatNames).default('table'),
    new Option('--json', `the same as ${format} ndjson: one JSON result a line`),
    new Option('--on-error <what>', 'at a picture that fails: answer the others, or stop')
      .choices(['collect', 'raise'])
      .default('collect'),
    listOption('--exclude <pattern>', 'leave out of folders and patterns; may be given several times'),
    new Option('--follow', 'follow links to folders'),
    new Option('-w, --watch', 'go on with pictures that come into the folders or change there, until Ctrl-C'),
    new Option('-0, --null', `names in lists, and of ${format} paths, end with NUL`),
    new Option(
      '--resume <file>',
      'keep results in a file (NDJSON), and do only what it lacks or what failed',
    ),
    new Option('--report <file>', 'draw the run: the tree in time, the pictures; one HTML file'),
    new Option(
      '--truth <how>',
      'compare tags in the report: a CSV file of picture,class, or "folder" for folders\' names',
    ),
    new Option('--trace <file>', "the tree as trace events, for Perfetto or Chrome's tracing"),
    new Option('-n, --dry-run', 'print which pictures it would be, and start nothing'),
    new Option(
      '--max-work <n>',
      'pictures one invocation takes on itself (default: 8; not auto: only a function that is the root measures)',
    ).argParser(readWork),
    numberOption('--parallel <n>', 'children one invocation has at once (default: 10)', most.parallel),
    numberOption('--slots <n>', 'invocations at once (default: as --concurrency)', most.slots),
    numberOption(
      '--concurrency <n>',
      'execution environments, each a process (default: cores)',
      most.concurrency,
    ),
    new Option(
      '--memory <mb>',
      `memory of an execution environment, which ends above it (default: ${VCPU_MEMORY_MB})`,
    ).argParser(wholeNumber(MEMORY_MIN_MB, MEMORY_MAX_MB)),
    new Option('-f, --function <name>', 'run on a deployed function (name, name:alias or ARN), not here'),
    ...awsOptions(', with --function'),
    new Option('--bundle', 'run what a deploy would: the bundle instead of the source'),
    new Option('--http', 'allow http:// beside https://'),
    new Option('-q, --quiet', 'print errors only, beside the results'),
    new Option('-v, --verbose', "print the function's log"),
  ];
  for (const option of options) command.addOption(option);
  return command;
};

/** Options that say how a function here is set up; one that is deployed has its own set-up. */
const localOnly = ['concurrency', 'memory', 'bundle', 'http'] as const;
const deployedOnly = ['profile', 'region', 'endpointUrl'] as const;

/** An option's flag, from the name that commander gives its value. */
export const flagOf = (name: string): string =>
  `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;

/**
 * The values of {@link addPictureOptions}.
 *
 * @param ownLocalOnly options of the command itself that say how a function here is set up
 * @param formatName name of the option for the results' format
 * @throws InvalidRequestError for options that have no meaning beside each other
 */
export const readPictureArguments = (
  command: Command,
  inputs: readonly string[],
  ownLocalOnly: readonly string[],
  formatName = 'format',
): PictureArguments => {
  const isGiven = (name: string) => command.getOptionValueSource(name) === 'cli';
  const isDeployed = command.getOptionValue('function') !== undefined;
  const idle = (isDeployed ? [...ownLocalOnly, ...localOnly] : deployedOnly).find(isGiven);
  if (idle !== undefined) {
    throw new InvalidRequestError(
      isDeployed
        ? `${flagOf(idle)} is of the local host: leave it out with --function`
        : `${flagOf(idle)} is of a deployed function: it takes --function`,
    );
  }
  const { json, ...given } = command.opts<PictureArguments & { readonly json?: boolean }>();
  const format: FormatName = command.getOptionValue(formatName);
  if (json && isGiven(formatName) && format !== 'ndjson') {
    const flag = flagOf(formatName);
    throw new InvalidRequestError(
      `--json is ${flag} ndjson: expected one of them, received ${flag} ${format} too`,
    );
  }
  if (given.resume !== undefined && isGiven(formatName) && format !== 'ndjson') {
    throw new InvalidRequestError(
      `--resume keeps NDJSON: expected no other ${flagOf(formatName)}, received ${format}`,
    );
  }
  return {
    ...{
      bundle: false,
      http: false,
      verbose: false,
      exclude: [],
      follow: false,
      watch: false,
      null: false,
      quiet: false,
      dryRun: false,
    },
    ...given,
    format: json || given.resume !== undefined ? 'ndjson' : format,
    inputs,
  };
};
