import { type ChildProcess, fork } from 'node:child_process';
import { existsSync } from 'node:fs';
import { dirname } from 'node:path';
import { type LogLines, readLogLines } from './log-lines.ts';
import type { Heard } from './outcome.ts';
import { processVariables, type Surroundings } from './process-variables.ts';
import type { EnvironmentMessage, HostMessage } from './runtime/messages.ts';
import type { FunctionVersion } from './versions.ts';

const BOOTSTRAP = new URL('./runtime/bootstrap.ts', import.meta.url);

/** Share of the memory V8 may use for old objects; the rest is left to buffers and native code, as in AWS's bootstrap. */
const HEAP_SHARE = 0.9;

/**
 * After the process is gone its pipes normally close at once. They stay open while something it started, in a group
 * of its own, holds them; nobody waits longer than this for that.
 */
const DRAIN_MS = 200;

/** The process of one execution environment. */
export interface EnvironmentProcess {
  readonly pid: number | undefined;
  /** The next message, or the end. One listener at a time. */
  hear(): Promise<Heard>;
  tell(message: HostMessage): void;
  /** Kills it and whatever it started. */
  kill(): void;
  /** Resolves when it is gone and all its output has been told. */
  readonly gone: Promise<Heard>;
  /** Resolves when all output of the invocation has been told. */
  logged(requestId: string): Promise<unknown>;
}

/** Where and for whom a process is started. */
export interface ProcessOptions extends Surroundings {
  readonly version: FunctionVersion;
  readonly onLine: (stream: 'stdout' | 'stderr', line: string) => void;
}

const killGroup = (child: ChildProcess): void => {
  if (child.pid === undefined) return;
  try {
    process.kill(-child.pid, 'SIGKILL');
  } catch {
    // no such group: it is gone, or the system has no groups
    child.kill('SIGKILL');
  }
};

const endOf = async (child: ChildProcess, logs: readonly LogLines[]): Promise<Heard> => {
  const end = await new Promise<Heard>((resolve) => {
    child.once('exit', (code, signal) => resolve({ kind: 'ended', code, signal }));
    child.once('error', (cause) => {
      if (child.pid === undefined) resolve({ kind: 'not started', cause });
    });
  });
  if (end.kind === 'not started') return end;
  killGroup(child);
  const { promise: late, resolve } = Promise.withResolvers<void>();
  const timer = setTimeout(resolve, DRAIN_MS);
  await Promise.race([late, Promise.all(logs.map((log) => log.ended))]);
  clearTimeout(timer);
  return end;
};

/** Starts the process: one Node.js, with the function's variables, in the function's folder, in a group of its own. */
export const startProcess = (options: ProcessOptions): EnvironmentProcess => {
  const { version, modulePath, onLine } = options;
  const folder = dirname(modulePath);
  const child = fork(BOOTSTRAP, [modulePath], {
    // a missing folder is for the runtime to report, as a module it cannot import
    ...(existsSync(folder) && { cwd: folder }),
    env: processVariables(version, options),
    execArgv: [`--max-old-space-size=${Math.floor(version.memoryMb * HEAP_SHARE)}`],
    // structured clones carry buffers as bytes: a fifth of the cost of JSON for 6 MB
    serialization: 'advanced',
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    detached: true,
  });

  const logs: LogLines[] = [];
  for (const name of ['stdout', 'stderr'] as const) {
    const stream = child[name];
    if (stream !== null) logs.push(readLogLines(stream, (line) => onLine(name, line)));
  }

  let ending: Heard | undefined;
  let listener: ((heard: Heard) => void) | undefined;
  const unheard: Heard[] = [];
  const onHeard = (heard: Heard): void => {
    if (listener === undefined) unheard.push(heard);
    else listener(heard);
    listener = undefined;
  };
  child.on('message', (message) => onHeard(message as EnvironmentMessage));
  // a channel that breaks is followed by the end of the process
  child.on('error', () => {});
  const gone = endOf(child, logs).then((end) => {
    ending = end;
    onHeard(end);
    return end;
  });

  return {
    pid: child.pid,
    gone,
    hear: () => {
      const heard = unheard.shift() ?? ending;
      return heard === undefined
        ? new Promise((resolve) => {
            listener = resolve;
          })
        : Promise.resolve(heard);
    },
    tell: (message) => void child.send(message, () => {}),
    kill: () => killGroup(child),
    logged: (requestId) => Promise.all(logs.map((log) => log.endOf(requestId))),
  };
};
