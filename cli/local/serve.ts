import { availableParallelism } from 'node:os';
import { basename, join } from 'node:path';
import { modelNames } from '../../functions/classify/index.ts';
import { functions, jobs } from '../../functions/index.ts';
import { readImageConfig } from '../../images/index.ts';
import { type HostEvent, type LocalFunction, startHttpApi, startLocalHost } from '../../local/index.ts';
import { ConfigurationError, messageOf } from '../../platform/index.ts';
import { openCleanUp } from '../clean-up.ts';
import { type ExitCode, exitCodes } from '../command.ts';
import { bundledModule, modelsDirectoryOf, samplePictures } from '../installation.ts';
import { chooseModel } from '../model-choice.ts';
import { formatCount } from '../output/amounts.ts';
import { watchEnvironments } from '../run/environment-watch.ts';
import { classifyEnvironment, pictureFunction, s3Access } from '../run/local-function.ts';
import { demonstrationShape } from '../run/shape.ts';
import { typedFolder } from '../shell-word.ts';
import { onStopSignal } from '../signals.ts';
import type { Terminal } from '../terminal.ts';
import { callable, handleLeftJobs, httpRoutes, jobMachine, jobsFunction, onSuccess } from './jobs.ts';
import { nextSteps } from './next-steps.ts';
import { type OpenPage, openPage, type PageOptions } from './page/open-page.ts';
import { watchTrees } from './page/tree-watch.ts';

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
  /** Whether jobs that an earlier local host of the same store left are gone on with. */
  readonly resumeJobs: boolean;
  readonly verbose: boolean;
}

/**
 * Environments for each function that calls others, beside those for the functions it calls: it works on nothing itself,
 * and one that held the last slot while it waits would wait for ever.
 */
const CALLER_ENVIRONMENTS = 1;

const callers = [...functions.filter(({ invokes }) => invokes !== 'itself'), jobs];

/** The functions of the local host, set up like those of a deployed stack. */
const localFunctions = async (
  args: LocalArguments,
  terminal: Terminal,
): Promise<readonly LocalFunction[]> => {
  const { env } = terminal;
  const modelsDirectory = modelsDirectoryOf(env);
  const model = await chooseModel(args.model, { modelsDirectory, cwd: terminal.cwd(), env });
  const access = args.s3 || model.startsWith('s3://') ? await s3Access(env) : {};
  const settingsOf = async (name: string) => ({
    module: args.bundle ? await bundledModule(name) : undefined,
    http: args.http,
    env,
    access,
  });
  const served = await Promise.all(
    functions.map(async ({ name, models, invokes }) => {
      const settings = await settingsOf(name);
      const own = models ? classifyEnvironment(model, modelsDirectory) : {};
      if (invokes === 'itself') {
        return { ...pictureFunction(name, settings, { ...own, STREAMING: 'true' }), onSuccess };
      }
      return {
        ...pictureFunction(name, settings, { ...own, FUNCTIONS: callable }),
        onSuccess,
        reservedConcurrency: CALLER_ENVIRONMENTS,
      };
    }),
  );
  return [...served, jobsFunction(await settingsOf(jobs.name))];
};

/** As many as a tree needs to be seen to be one. */
const LEAST_ENVIRONMENTS = 4;

const pageOf = async (
  args: LocalArguments,
  terminal: Terminal,
  { host, trees, concurrency }: Pick<PageOptions, 'host' | 'trees'> & { readonly concurrency: number },
): Promise<OpenPage> => {
  const { maxWork, parallel } = demonstrationShape;
  const own = basename(args.model);
  const named = await modelNames(modelsDirectoryOf(terminal.env));
  return openPage({
    ...{ host, trees },
    samples: { folder: samplePictures, typed: typedFolder(samplePictures, terminal.cwd()) },
    setup: {
      models: [own, ...named.filter((name) => name !== own)],
      // the page itself holds no environment
      shape: { maxWork, parallel, slots: concurrency },
      concurrency,
    },
    maxImageBytes: readImageConfig(terminal.env).sources.maxBytes,
  });
};

const isOfPort = (cause: unknown): boolean =>
  (cause as NodeJS.ErrnoException | undefined)?.syscall === 'listen';

/** The same failure to listen, saying which option chooses another port. */
const naming =
  (option: string, port: number) =>
  (cause: unknown): never => {
    // what is not about the port says so itself
    if (!isOfPort(cause)) throw cause;
    throw new ConfigurationError(
      `${option}: expected a port that is free, received ${port}: ${messageOf(cause)}`,
      {
        cause,
      },
    );
  };

/** A line per invocation, as short as Lambda's REPORT is long, and per job. */
const reportOf = (event: HostEvent): string | undefined => {
  if (event.kind === 'execution ended')
    return `${event.name}  ${event.error ?? JSON.stringify(event.output)}`;
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

  const trees = watchTrees();
  const concurrency = args.concurrency ?? Math.max(LEAST_ENVIRONMENTS, availableParallelism());
  const host = await startLocalHost({
    functions: served,
    concurrency: concurrency + CALLER_ENVIRONMENTS * callers.length,
    port: args.invokePort,
    stateMachines: { [jobs.stateMachine]: jobMachine },
    inherited: terminal.env,
    ...(terminal.env.DROSTE_TOKEN && { token: terminal.env.DROSTE_TOKEN }),
    fault: trees.chooseFault,
    observe: (event) => {
      watch.observe(event);
      trees.observe(event);
      const report = reportOf(event);
      if (report !== undefined) say(report);
    },
  }).catch(naming('--invoke-port', args.invokePort));
  cleanUp.defer(host.close);
  const routes = httpRoutes();
  const page = await pageOf(args, terminal, { host, trees, concurrency });
  cleanUp.defer(page[Symbol.asyncDispose]);
  const api = await startHttpApi({ host, routes, port: args.port, page }).catch(naming('--port', args.port));
  cleanUp.defer(api.close);

  const jobsServed = served.find(({ name }) => name === jobs.name);
  if (jobsServed) (await handleLeftJobs(host, jobsServed, args)).forEach(say);
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
