import { availableParallelism } from 'node:os';
import type { LocalFunction } from '../../local/index.ts';
import { bundledModule } from '../bundled-module.ts';
import { expandInputs } from '../inputs/expand.ts';
import type { Picture } from '../inputs/picture.ts';
import { classifyFunction, embeddedModels, samplePictures } from '../local-function.ts';
import { chooseModel } from '../model-choice.ts';
import type { Terminal } from '../terminal.ts';
import type { ClassifyArguments } from './arguments.ts';
import { demonstrationNote, typedFolder } from './demonstration.ts';
import { chooseShape, type RunShape } from './shape.ts';

/** Everything a run needs to start. */
export interface ClassifyJob {
  readonly pictures: readonly Picture[];
  readonly shape: RunShape;
  readonly definition: LocalFunction;
  /** Said on stderr before the start. */
  readonly note?: string;
}

const reachesS3 = (model: string, pictures: readonly Picture[]): boolean =>
  model.startsWith('s3://') || pictures.some(({ reference }) => reference.startsWith('s3://'));

/** S3 is rare here, and its SDK takes time to import. */
const accessFor = async (needed: boolean, env: Terminal['env']) =>
  needed ? (await import('../s3-access.ts')).s3Access(env) : {};

/**
 * Checks and looks up everything the command line names. Nothing is started.
 *
 * @throws InvalidRequestError or ConfigurationError naming what is wrong
 */
export const prepare = async (args: ClassifyArguments, terminal: Terminal): Promise<ClassifyJob> => {
  const { stdin, env } = terminal;
  const cwd = terminal.cwd();
  const modelsDirectory = env.MODELS_DIRECTORY || embeddedModels;
  const model = await chooseModel(args.model, { modelsDirectory, cwd });
  const shape = chooseShape(args, availableParallelism());
  const samples = typedFolder(samplePictures, cwd);
  const isDemonstration = args.inputs.length === 0;
  const pictures = await expandInputs(isDemonstration ? [samples] : args.inputs, { cwd, stdin });
  const access = await accessFor(reachesS3(model, pictures), env);
  return {
    pictures,
    shape,
    definition: classifyFunction({
      model,
      modelsDirectory,
      module: args.bundle ? await bundledModule('classify') : undefined,
      http: args.http,
      env,
      access,
    }),
    ...(isDemonstration && { note: demonstrationNote(samples, args, shape) }),
  };
};
