import { availableParallelism } from 'node:os';
import { basename, resolve } from 'node:path';
import type { ClassifyOptions } from '../../functions/classify/index.ts';
import { InvalidRequestError } from '../../platform/index.ts';
import { type ExitCode, exitCodes } from '../command.ts';
import { DEFAULT_MODEL, modelsDirectoryOf, samplePictures } from '../installation.ts';
import { chooseModels } from '../model-choice.ts';
import { tagsShape } from '../output/tags.ts';
import { modelDigest } from '../run/identity.ts';
import { classifyEnvironment } from '../run/local-function.ts';
import { flagOf, type PictureArguments } from '../run/options.ts';
import { runPictures } from '../run/run-pictures.ts';
import { chooseShape, type RunShape } from '../run/shape.ts';
import { shellWord, typedFolder } from '../shell-word.ts';
import type { Terminal } from '../terminal.ts';
import { type FilingArguments, openFiling } from './filing.ts';

/** The command line of `droste classify`, parsed. */
export interface ClassifyArguments
  extends PictureArguments,
    FilingArguments,
    Pick<ClassifyOptions, 'icc' | 'exif' | 'alpha' | 'preprocess'> {
  /** One, or several by name; then results are keyed by name. */
  readonly model: readonly string[];
  /** 1 to 100. */
  readonly top?: number;
  /** 0 to 1. */
  readonly minConfidence?: number;
  /** A folder of results that earlier runs have kept. */
  readonly cache?: string;
  /** How an embedding is written. */
  readonly embedding?: NonNullable<ClassifyOptions['embeddingFormat']>;
  /** Answers in groups of one tag. */
  readonly groupBy?: 'tag';
}

/** What of a request the command line says. A table has room for three tags; how many there are else is the model's. */
const requestOf = (args: ClassifyArguments) => {
  const { top = args.format === 'table' ? 3 : undefined, minConfidence, icc, exif, alpha, preprocess } = args;
  const { embedding: embeddingFormat } = args;
  const said = { topK: top, minConfidence, icc, alpha, preprocess, embeddingFormat };
  return {
    ...Object.fromEntries(Object.entries(said).filter(([, value]) => value !== undefined)),
    // of a flag that says no, commander makes true where it is absent
    ...(exif === false && { exif }),
  };
};

const headingOf = ({ function: elsewhere, model }: ClassifyArguments): string =>
  model.length > 1 ? 'tags, the best of each model' : `tags (${elsewhere ?? basename(model[0] ?? '')})`;

/** A digest of each model that is here; one in S3 goes by its place. */
const digestsOf = async (
  models: readonly string[],
  modelsDirectory: string,
): Promise<Readonly<Record<string, string>>> =>
  Object.fromEntries(
    await Promise.all(
      models.map(async (model) => [
        model,
        model.startsWith('s3://') ? model : await modelDigest(resolve(modelsDirectory, model)),
      ]),
    ),
  );

/** Options that are words of the request, and have the flag of their name. */
const flags = ['icc', 'alpha', 'preprocess', 'embedding'] as const;

/** What is said when there are no inputs: what is shown instead, and the command that does the same. */
export const demonstrationNote = (folder: string, args: ClassifyArguments, shape: RunShape): string => {
  const words = [
    ...['droste', 'classify', folder],
    ...['--max-work', shape.maxWork, '--parallel', shape.parallel],
    ...['--slots', shape.slots, '--concurrency', shape.concurrency],
    ...args.model.filter((model) => model !== DEFAULT_MODEL).flatMap((model) => ['--model', model]),
    ...(args.top === undefined ? [] : ['--top', args.top]),
    ...(args.minConfidence === undefined ? [] : ['--min-confidence', args.minConfidence]),
    ...flags.flatMap((flag) => (args[flag] === undefined ? [] : [`--${flag}`, args[flag]])),
    ...(args.exif === false ? ['--no-exif'] : []),
    ...(args.onError === 'collect' ? [] : ['--on-error', args.onError]),
    ...(args.format === 'table' ? [] : ['--format', args.format]),
    ...(args.verbose ? ['--verbose'] : []),
  ];
  const command = words.map(shellWord).join(' ');
  return (
    'No inputs: these are the sample pictures, in chunks so small that the function\n' +
    `calls itself, and its children call it again. The same, spelled out:\n  ${command}\n`
  );
};

/** Where to see a tree grow: said at the end of the demonstration. */
const PAGE_NOTE = '\nTo see the tree grow, in a browser: npm run local, then http://localhost:3000/\n';

/**
 * Classifies pictures, here or on a deployed function, and shows their tags.
 *
 * @throws InvalidRequestError or ConfigurationError for what the command line names wrongly
 */
export const runClassify = async (args: ClassifyArguments, terminal: Terminal): Promise<ExitCode> => {
  const { env } = terminal;
  const cwd = terminal.cwd();
  const modelsDirectory = modelsDirectoryOf(env);
  const place = { modelsDirectory, cwd, env };
  const models = args.function === undefined ? await chooseModels(args.model, place) : [];
  const [model = ''] = models;
  if (args.cache !== undefined && models.some((model) => model.startsWith('s3://'))) {
    throw new InvalidRequestError('--cache: expected a model on this machine, whose content can be told');
  }
  const samples = typedFolder(samplePictures, cwd);
  const isDemonstration = args.inputs.length === 0;
  const atEnd = (['groupBy', 'copyTo', 'moveTo'] as const).find((name) => args[name] !== undefined);
  if (args.watch && atEnd !== undefined) {
    throw new InvalidRequestError(
      `--watch: expected no ${flagOf(atEnd)} beside it, which waits for the end of a run`,
    );
  }
  if (args.groupBy !== undefined && args.resume !== undefined) {
    throw new InvalidRequestError('--group-by: expected no --resume beside it, whose file is in order');
  }
  const result = tagsShape(
    headingOf(args),
    args.function ?? args.model.map((choice) => basename(choice)).join(),
  );
  const code = await runPictures(
    {
      name: 'classify',
      environment: classifyEnvironment(model, modelsDirectory),
      args,
      defaultInputs: [samples],
      options: {
        ...requestOf(args),
        ...(models.length > 1 && { models }),
      },
      places: models,
      result,
      dependsOn: async () => ({ models: await digestsOf(models, modelsDirectory) }),
      cache: args.cache,
      grouped: args.groupBy !== undefined,
      afterwards: openFiling(args, result, terminal),
      note: isDemonstration
        ? demonstrationNote(samples, args, chooseShape(args, availableParallelism()))
        : undefined,
    },
    terminal,
  );
  if (isDemonstration && code === exitCodes.done && !args.quiet) terminal.stderr.write(PAGE_NOTE);
  return code;
};
