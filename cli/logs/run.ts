import { CloudWatchLogsClient, paginateFilterLogEvents } from '@aws-sdk/client-cloudwatch-logs';
import { GetFunctionConfigurationCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { InvalidRequestError, quote } from '../../platform/index.ts';
import { type ExitCode, exitCodes } from '../command.ts';
import { readFunctionName } from '../function-name.ts';
import { type AwsArguments, connectionOf } from '../options.ts';
import { formatCount } from '../output/amounts.ts';
import { wrapped } from '../output/text.ts';
import { onStopSignal, type StopSignal } from '../signals.ts';
import { columnsOf, type Terminal } from '../terminal.ts';
import { type LoggedInvocation, readInvocation, treeLines } from './tree-lines.ts';

/** The command line of `droste logs`, parsed. */
export interface LogsArguments extends AwsArguments {
  readonly function: string;
  /** How far back, in hours. */
  readonly since: number;
  readonly json: boolean;
}

/** Request ids are UUIDs; what stands in for AWS may have others. Nothing that a filter pattern gives a meaning. */
const REQUEST_ID = /^[\w-]{1,128}$/;

const HOUR_MS = 3_600_000;

/** Where a function writes. @throws what AWS refuses */
const logGroupOf = async (args: LogsArguments): Promise<string> => {
  const client = new LambdaClient(connectionOf(args));
  try {
    const { functionName, qualifier } = readFunctionName(args.function);
    const command = new GetFunctionConfigurationCommand({ FunctionName: functionName, Qualifier: qualifier });
    const { LoggingConfig, FunctionName } = await client.send(command);
    return LoggingConfig?.LogGroup ?? `/aws/lambda/${FunctionName}`;
  } finally {
    client.destroy();
  }
};

const readTree = async (
  id: string,
  args: LogsArguments,
  signal: AbortSignal,
): Promise<LoggedInvocation[]> => {
  const logGroupName = await logGroupOf(args);
  const client = new CloudWatchLogsClient(connectionOf(args));
  const found: LoggedInvocation[] = [];
  try {
    const pages = paginateFilterLogEvents(
      { client },
      {
        logGroupName,
        filterPattern: `{ $.rootRequestId = "${id}" }`,
        startTime: Date.now() - args.since * HOUR_MS,
      },
      { abortSignal: signal },
    );
    for await (const { events = [] } of pages) {
      for (const { message = '' } of events) {
        const read = readInvocation(message);
        if (read?.rootRequestId === id) found.push(read);
      }
    }
    return found;
  } finally {
    client.destroy();
  }
};

/**
 * Prints the tree of a root request id from a function's logs.
 *
 * @throws InvalidRequestError for what is no request id, and where AWS refuses
 */
export const runLogs = async (id: string, args: LogsArguments, terminal: Terminal): Promise<ExitCode> => {
  if (!REQUEST_ID.test(id)) {
    throw new InvalidRequestError(
      `expected a root request id, as summaries and answers name it, received ${quote(id)}`,
    );
  }
  const { stdout, stderr } = terminal;
  const stop = new AbortController();
  let stoppedBy: StopSignal | undefined;
  const release = onStopSignal(terminal, (name) => {
    stoppedBy = name;
    stop.abort();
  });
  try {
    const invocations = await readTree(id, args, stop.signal);
    if (invocations.length === 0) {
      stderr.write(
        `no invocation of ${id} in the last ${formatCount(args.since, 'hour')} (--since says how far back; a log line takes some seconds to be found)\n`,
      );
      return exitCodes.failed;
    }
    const lines = args.json ? invocations.map((one) => JSON.stringify(one)) : treeLines(invocations);
    stdout.write(lines.map((line) => `${args.json ? line : wrapped(line, columnsOf(stdout))}\n`).join(''));
    return exitCodes.done;
  } catch (cause) {
    if (stoppedBy !== undefined) return exitCodes[stoppedBy];
    const { name, message } = cause as Error;
    throw new InvalidRequestError(
      `--function ${args.function}: expected logs that can be read from here, received ${name}: ${message}. ` +
        'It takes lambda:GetFunctionConfiguration and logs:FilterLogEvents.',
      { cause },
    );
  } finally {
    release();
  }
};
