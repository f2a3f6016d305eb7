import type { LocalFunction } from '../../local/index.ts';
import { bundledModule } from '../bundled-module.ts';
import { classifyFunction, embeddedModels, FUNCTION_ALIAS, pictureFunction } from '../local-function.ts';
import { chooseModel } from '../model-choice.ts';
import type { Terminal } from '../terminal.ts';
import type { LocalArguments } from './arguments.ts';

/** The functions that are served, as they are deployed: each is `POST /<name>` too. */
export const servedFunctions = ['classify', 'thumbnail', 'orchestrate'] as const;

/**
 * Environments for the orchestrator, beside those for the functions it calls: it works on nothing itself, and one that
 * held the last slot while it waits would wait for ever.
 */
export const ORCHESTRATORS = 1;

/**
 * The functions of the local host, set up like those of a deployed stack: the orchestrator may call the other two.
 *
 * @throws InvalidRequestError or ConfigurationError for a model that is not there, or credentials that are not
 */
export const localFunctions = async (
  args: LocalArguments,
  terminal: Terminal,
): Promise<readonly LocalFunction[]> => {
  const { env } = terminal;
  const modelsDirectory = env.MODELS_DIRECTORY || embeddedModels;
  const model = await chooseModel(args.model, { modelsDirectory, cwd: terminal.cwd() });
  const needsAccess = args.s3 || model.startsWith('s3://');
  const access = needsAccess ? await (await import('../s3-access.ts')).s3Access(env) : {};
  const [classify, thumbnail, orchestrate] = await Promise.all(
    servedFunctions.map((name) => (args.bundle ? bundledModule(name) : undefined)),
  );
  const settings = { http: args.http, env, access };
  return [
    classifyFunction({ model, modelsDirectory, module: classify, ...settings }),
    pictureFunction('thumbnail', { module: thumbnail, ...settings }, {}),
    {
      ...pictureFunction(
        'orchestrate',
        { module: orchestrate, ...settings },
        { FUNCTIONS: `classify=classify:${FUNCTION_ALIAS},thumbnail=thumbnail:${FUNCTION_ALIAS}` },
      ),
      reservedConcurrency: ORCHESTRATORS,
    },
  ];
};
