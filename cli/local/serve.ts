import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { ConfigurationError } from '../../functions/errors.ts';
import { type HostEvent, startLocalHost } from '../../local/host.ts';
import { startHttpApi } from '../../local/http-api.ts';
import { bundledModule } from '../bundled-module.ts';
import { watchEnvironments } from '../environment-watch.ts';
import { type ExitCode, exitCodes } from '../exit-codes.ts';
import {
  classifyFunction,
  embeddedModels,
  FUNCTION_ALIAS,
  FUNCTION_NAME,
  samplePictures,
} from '../local-function.ts';
import { chooseModel } from '../model-choice.ts';
import { onStopSignal } from '../signals.ts';
import type { Terminal } from '../terminal.ts';
import type { LocalArguments } from './arguments.ts';
import { nextSteps } from './next-steps.ts';

/** The same failure to listen, saying which option chooses another port. */
const naming =
  (option: string, port: number) =>
  (cause: unknown): never => {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new ConfigurationError(`${option}: expected a port that is free, received ${port}: ${why}`, {
      cause,
    });
  };

const functionOf = async (args: LocalArguments, terminal: Terminal) => {
  const { env } = terminal;
  const modelsDirectory = env.MODELS_DIRECTORY || embeddedModels;
  const model = await chooseModel(args.model, { modelsDirectory, cwd: terminal.cwd() });
  const needsAccess = args.s3 || model.startsWith('s3://');
  const access = needsAccess ? await (await import('../s3-access.ts')).s3Access(env) : {};
  const module = args.bundle ? await bundledModule() : undefined;
  return classifyFunction({ model, modelsDirectory, module, http: args.http, env, access });
};

/** A line per invocation, as short as Lambda's REPORT is long. */
const reportOf = (event: HostEvent): string | undefined => {
  if (event.kind !== 'invocation ended') return undefined;
  const { requestId, durationMs, initMs, maxMemoryMb, errorType } = event;
  const start = initMs === undefined ? '' : `, cold start ${initMs.toFixed(0)} ms`;
  const error = errorType === undefined ? '' : `, ${errorType}`;
  return `${requestId}  ${durationMs.toFixed(0)} ms${start}, ${maxMemoryMb} MB${error}`;
};

/**
 * Serves the function until a stop signal: the Invoke API as `sam local start-lambda` does, and `POST /classify` as
 * `sam local start-api` does.
 *
 * @throws InvalidRequestError or ConfigurationError for a model that is not there, a port that is taken
 */
export const serveLocal = async (args: LocalArguments, terminal: Terminal): Promise<ExitCode> => {
  const definition = await functionOf(args, terminal);
  const say = (line: string): void => void terminal.stderr.write(`${line}\n`);
  const watch = watchEnvironments(args.verbose, say);
  await using cleanUp = new AsyncDisposableStack();

  const host = await startLocalHost({
    functions: [definition],
    concurrency: args.concurrency ?? availableParallelism(),
    port: args.invokePort,
    inherited: terminal.env,
    observe: (event) => {
      watch.observe(event);
      const report = reportOf(event);
      if (report !== undefined) say(report);
    },
  }).catch(naming('--invoke-port', args.invokePort));
  cleanUp.defer(host.close);
  const route = { method: 'POST', path: '/classify', functionName: FUNCTION_NAME, qualifier: FUNCTION_ALIAS };
  const api = await startHttpApi({ host, routes: [route], port: args.port }).catch(
    naming('--port', args.port),
  );
  cleanUp.defer(api.close);

  const stopped = new Promise<void>((resolve) => {
    cleanUp.defer(onStopSignal(terminal, () => resolve()));
  });
  const endpoints = { invoke: host.endpoint, http: api.endpoint };
  terminal.stdout.write(nextSteps(endpoints, join(samplePictures, 'lemon.jpg')));
  await stopped;
  say('stopped');
  // Ctrl-C is how this command ends, not how it fails
  return exitCodes.done;
};
