import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { type HostEvent, startHttpApi, startLocalHost } from '../../local/index.ts';
import { ConfigurationError } from '../../platform/errors.ts';
import { openCleanUp } from '../clean-up.ts';
import { watchEnvironments } from '../environment-watch.ts';
import { type ExitCode, exitCodes } from '../exit-codes.ts';
import { FUNCTION_ALIAS, samplePictures } from '../local-function.ts';
import { onStopSignal } from '../signals.ts';
import type { Terminal } from '../terminal.ts';
import type { LocalArguments } from './arguments.ts';
import { localFunctions, ORCHESTRATORS, servedFunctions } from './functions.ts';
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
  const functions = await localFunctions(args, terminal);
  const say = (line: string): void => void terminal.stderr.write(`${line}\n`);
  const watch = watchEnvironments(args.verbose, say);
  await using cleanUp = openCleanUp();

  const host = await startLocalHost({
    functions,
    concurrency: (args.concurrency ?? availableParallelism()) + ORCHESTRATORS,
    port: args.invokePort,
    inherited: terminal.env,
    observe: (event) => {
      watch.observe(event);
      const report = reportOf(event);
      if (report !== undefined) say(report);
    },
  }).catch(naming('--invoke-port', args.invokePort));
  cleanUp.defer(host.close);
  const routes = servedFunctions.map((functionName) => ({
    method: 'POST',
    path: `/${functionName}`,
    functionName,
    qualifier: FUNCTION_ALIAS,
  }));
  const api = await startHttpApi({ host, routes, port: args.port }).catch(naming('--port', args.port));
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
