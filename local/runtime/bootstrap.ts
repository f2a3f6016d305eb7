/**
 * The main module of an execution environment's process: loads the handler named by its first argument, then answers
 * one invocation after another over the IPC channel.
 */
import { writeSync } from 'node:fs';
import { flushCompileCache } from 'node:module';
import { answer, failure, type Handler } from './answer.ts';
import { type FunctionError, toFunctionError } from './function-error.ts';
import { loadHandler } from './load-handler.ts';
import { type EnvironmentMessage, endOfLog, type HostMessage, type InvokeMessage } from './messages.ts';
import { installStreaming } from './response-stream.ts';

const STDOUT = 1;
const STDERR = 2;

/** Exit codes of Lambda's Node.js runtime for what nobody caught. */
const UNHANDLED_REJECTION = 128;
const UNCAUGHT_EXCEPTION = 129;

const send = process.send?.bind(process);
if (send === undefined) throw new Error('Expected to be started by the local host, with an IPC channel');
// the channel is the host's: a handler must see a process like Lambda's
delete process.send;

const say = (message: EnvironmentMessage, then: () => void = () => {}): void =>
  void send(message, undefined, undefined, then);

const writeAll = (stream: number, text: string): void => {
  const bytes = Buffer.from(text);
  for (let done = 0; done < bytes.length; ) {
    try {
      done += writeSync(stream, bytes, done);
    } catch (cause) {
      // a descriptor the handler made non-blocking is full for now; one it closed takes no more lines, ever
      if ((cause as NodeJS.ErrnoException).code !== 'EAGAIN') return;
    }
  }
};

const logError = (title: string, error: FunctionError): void =>
  writeAll(STDERR, `ERROR\t${title}\t${JSON.stringify(error)}\n`);

let initialised = false;

const die = (title: string, thrown: unknown, exitCode: number): void => {
  const error = toFunctionError(thrown);
  logError(title, error);
  if (initialised) process.exit(exitCode);
  say(failure(error, 'init failed'), () => process.exit(exitCode));
};

process.on('uncaughtException', (error) => die('Uncaught Exception', error, UNCAUGHT_EXCEPTION));
process.on('unhandledRejection', (reason) => die('Unhandled Promise Rejection', reason, UNHANDLED_REJECTION));
// the host is gone; SIGKILL, since `exit` handlers of the function could keep the process
process.on('disconnect', () => process.kill(process.pid, 'SIGKILL'));

let reader = new AbortController();
let onRoom = () => {};

const invoke = async (handler: Handler, message: InvokeMessage): Promise<void> => {
  process.env._X_AMZN_TRACE_ID = message.traceId;
  reader = new AbortController();
  const reply = await answer(handler, message, {
    logError: (error) => logError('Invoke Error', error),
    gone: reader.signal,
    sendChunk: (payload) =>
      new Promise((resolve) => {
        onRoom = resolve;
        say({ kind: 'chunk', payload });
      }),
  });
  for (const stream of [STDOUT, STDERR]) writeAll(stream, `${endOfLog(message.requestId)}\n`);
  say(reply);
};

try {
  installStreaming();
  const handler = await loadHandler(process.argv[2] ?? '');
  process.on('message', (message: HostMessage) => {
    if (!('kind' in message)) return invoke(handler, message);
    if (message.kind === 'more') return onRoom();
    return reader.abort();
  });
  initialised = true;
  say({ kind: 'ready' });
  // if there is one (NODE_COMPILE_CACHE): this process will be killed, and the next one starts in half the time
  flushCompileCache();
} catch (thrown) {
  const error = toFunctionError(thrown);
  logError('Init Error', error);
  say(failure(error, 'init failed'));
}
