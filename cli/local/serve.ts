import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { functions, treeNames } from '../../functions/index.ts';
import {
  type HostEvent,
  type LocalFunction,
  type LocalHost,
  startHttpApi,
  startLocalHost,
} from '../../local/index.ts';
import { ConfigurationError } from '../../platform/index.ts';
import { openCleanUp } from '../clean-up.ts';
import { type ExitCode, exitCodes } from '../command.ts';
import { bundledModule, modelsDirectoryOf, samplePictures } from '../installation.ts';
import { chooseModel } from '../model-choice.ts';
import { formatCount } from '../output/amounts.ts';
import { watchEnvironments } from '../run/environment-watch.ts';
import { classifyEnvironment, FUNCTION_ALIAS, pictureFunction, s3Access } from '../run/local-function.ts';
import { shellWord } from '../shell-word.ts';
import { onStopSignal } from '../signals.ts';
import type { Terminal } from '../terminal.ts';

/** The command line of `droste local`, parsed. */
export interface LocalArguments {
  readonly model: string;
  /** Of the HTTP API; 0 for any free one. */
  readonly port: number;
  /** Of the Invoke API; 0 for any free one. */
  readonly invokePort: number;
  /** Execution environments; default: cores. */
  readonly concurrency?: number;
  /** Run the bundle instead of the source. */
  readonly bundle: boolean;
  readonly http: boolean;
  /** Whether the function is given the credentials of whoever runs the command. */
  readonly s3: boolean;
  readonly verbose: boolean;
}

/**
 * Environments for each function that calls others, beside those for the functions it calls: it works on nothing itself,
 * and one that held the last slot while it waits would wait for ever.
 */
const CALLER_ENVIRONMENTS = 1;

const callers = functions.filter(({ invokes }) => invokes !== 'itself');

/** The functions of the local host, set up like those of a deployed stack. */
const localFunctions = async (
  args: LocalArguments,
  terminal: Terminal,
): Promise<readonly LocalFunction[]> => {
  const { env } = terminal;
  const modelsDirectory = modelsDirectoryOf(env);
  const model = await chooseModel(args.model, { modelsDirectory, cwd: terminal.cwd(), env });
  const access = args.s3 || model.startsWith('s3://') ? await s3Access(env) : {};
  return Promise.all(
    functions.map(async ({ name, models, invokes }) => {
      const module = args.bundle ? await bundledModule(name) : undefined;
      const settings = { module, http: args.http, env, access };
      const own = models ? classifyEnvironment(model, modelsDirectory) : {};
      if (invokes === 'itself') return pictureFunction(name, settings, own);
      const callable = treeNames.map((target) => `${target}=${target}:${FUNCTION_ALIAS}`).join(',');
      return {
        ...pictureFunction(name, settings, { ...own, FUNCTIONS: callable }),
        reservedConcurrency: CALLER_ENVIRONMENTS,
      };
    }),
  );
};

/**
 * What is printed once everything listens: where, and commands to paste that answer for a sample picture. A payload
 * from `fileb://` is taken as it is by both versions of the AWS CLI; written out, version 2 wants it in base64.
 */
const nextSteps = ({ endpoint, token }: LocalHost, http: string, picture: string): string => {
  const names = functions.map(({ name }) => name);
  const shown = `-H 'x-droste-token: ${token}'`;
  const reference = pathToFileURL(picture).href;
  const batch = { images: [reference, { image: reference }], options: { topK: 3, onError: 'collect' } };
  const several = {
    images: [reference],
    functions: { labels: 'classify', thumbs: { function: 'thumbnail', options: { size: 75 } } },
  };
  return `Lambda's Invoke API   ${endpoint}   functions ${names.join(', ')}; alias ${FUNCTION_ALIAS}
HTTP API              ${http}   POST ${names.map((name) => `/${name}`).join(', ')}
Token                 ${token}   asked for by the HTTP API, and wherever a browser calls

Try, in another terminal:

  curl -s ${http}/classify ${shown} -H 'content-type: image/jpeg' --data-binary ${shellWord(`@${picture}`)}

  curl -s ${http}/classify ${shown} -H 'content-type: application/json' -d ${shellWord(JSON.stringify(batch))}

  curl -s ${http}/orchestrate ${shown} -H 'content-type: application/json' -d ${shellWord(JSON.stringify(several))}

  echo ${shellWord(JSON.stringify(reference))} | aws lambda invoke --function-name classify:${FUNCTION_ALIAS} \\
    --endpoint-url ${endpoint} --region us-east-1 --no-sign-request \\
    --payload fileb:///dev/stdin /dev/stdout

Ctrl-C stops it.
`;
};

/** The same failure to listen, saying which option chooses another port. */
const naming =
  (option: string, port: number) =>
  (cause: unknown): never => {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new ConfigurationError(`${option}: expected a port that is free, received ${port}: ${why}`, {
      cause,
    });
  };

/** A line per invocation, as short as Lambda's REPORT is long. */
const reportOf = (event: HostEvent): string | undefined => {
  if (event.kind !== 'invocation ended') return undefined;
  const { functionName, version, requestId, durationMs, initMs, maxMemoryMb, errorType } = event;
  const start = initMs === undefined ? '' : `, cold start ${initMs.toFixed(0)} ms`;
  const status = errorType === undefined ? 'ok' : `failed: ${errorType}`;
  return `${requestId}  ${functionName}:${version}  ${status}  ${durationMs.toFixed(0)} ms${start}, ${maxMemoryMb} MB`;
};

/**
 * Serves the functions until a stop signal: the Invoke API as `sam local start-lambda` does, and `POST /<name>` as
 * `sam local start-api` does.
 *
 * @throws InvalidRequestError or ConfigurationError for a model that is not there, a port that is taken
 */
export const serveLocal = async (args: LocalArguments, terminal: Terminal): Promise<ExitCode> => {
  const served = await localFunctions(args, terminal);
  const say = (line: string): void => void terminal.stderr.write(`${line}\n`);
  const watch = watchEnvironments(args.verbose, say);
  await using cleanUp = openCleanUp();

  const host = await startLocalHost({
    functions: served,
    concurrency: (args.concurrency ?? availableParallelism()) + CALLER_ENVIRONMENTS * callers.length,
    port: args.invokePort,
    inherited: terminal.env,
    ...(terminal.env.DROSTE_TOKEN && { token: terminal.env.DROSTE_TOKEN }),
    observe: (event) => {
      watch.observe(event);
      const report = reportOf(event);
      if (report !== undefined) say(report);
    },
  }).catch(naming('--invoke-port', args.invokePort));
  cleanUp.defer(host.close);
  const routes = functions.map(({ name }) => ({
    method: 'POST',
    path: `/${name}`,
    functionName: name,
    qualifier: FUNCTION_ALIAS,
  }));
  const api = await startHttpApi({ host, routes, port: args.port }).catch(naming('--port', args.port));
  cleanUp.defer(api.close);

  const stopped = new Promise<void>((resolve) => {
    cleanUp.defer(onStopSignal(terminal, () => resolve()));
  });
  terminal.stdout.write(nextSteps(host, api.endpoint, join(samplePictures, 'lemon.jpg')));
  await stopped;
  const crashes = watch.crashes();
  say(
    crashes === 0 ? 'stopped' : `stopped, after ${formatCount(crashes, 'crash', 'crashes')} of environments`,
  );
  // Ctrl-C is how this command ends, not how it fails
  return exitCodes.done;
};
