import { randomBytes } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { INIT_FREE_MS } from '../platform/index.ts';
import { startProcess } from './environment-process.ts';
import type { EnvironmentEnd, Observe } from './host-events.ts';
import { watchMemory } from './memory-watch.ts';
import type { Heard } from './outcome.ts';
import { conclude, type Outcome } from './outcome.ts';
import { hearReply, keepWhole, type ReplyReader } from './reply-reader.ts';
import type { InvokeMessage } from './runtime/messages.ts';
import type { FunctionVersion } from './versions.ts';

/** One invocation as it reaches an environment. */
export interface Job {
  readonly version: FunctionVersion;
  readonly message: Omit<InvokeMessage, 'deadlineMs'>;
  /** Told of every line the invocation logs. */
  readonly onLine?: (line: string) => void;
  /** Whoever reads its reply as it comes about. Default: nobody, and the reply is handed over whole. */
  readonly reader?: ReplyReader | undefined;
}

/** An execution environment: one process, one version, one invocation at a time. */
export interface Environment {
  readonly id: string;
  readonly version: FunctionVersion;
  /** False until the first invocation. */
  readonly warm: boolean;
  /** False once it has ended or been told to. */
  readonly alive: boolean;
  run(job: Job): Promise<Outcome>;
  /** Kills it. The first reason given is the one that counts. */
  end(reason: EnvironmentEnd): void;
  /** Resolves when the process is gone. */
  readonly ended: Promise<void>;
}

/** What all environments of a host share. */
export interface EnvironmentOptions {
  readonly endpoint: string;
  /** The host's own variables; few of them are passed on. */
  readonly inherited: NodeJS.ProcessEnv;
  readonly observe: Observe;
  /** Told of every process, for those who must kill it when the host cannot. */
  readonly onPid: (pid: number, ended: Promise<void>) => void;
}

/** Ends that override a reply: the environment was killed just as it answered, and on Lambda would not have. */
const KILLS: readonly (EnvironmentEnd | undefined)[] = ['timed out', 'out of memory', 'host closed'];

const asPath = (module: string): string => (module.startsWith('file:') ? fileURLToPath(module) : module);

/** Starts an environment. Its init begins at once; the first `run` waits for it. */
export const startEnvironment = (version: FunctionVersion, options: EnvironmentOptions): Environment => {
  const { observe } = options;
  const id = randomBytes(16).toString('hex');
  const place = { functionName: version.functionName, version: version.version, environmentId: id };
  const startedAt = performance.now();
  const day = new Date().toISOString().slice(0, 10).replaceAll('-', '/');

  let current: Job | undefined;
  const child = startProcess({
    version,
    modulePath: asPath(version.module),
    endpoint: options.endpoint,
    inherited: options.inherited,
    logStreamName: `${day}/[${version.version}]${id}`,
    onLine: (stream, line) => {
      current?.onLine?.(line);
      observe({
        kind: 'log',
        ...place,
        ...(current && { requestId: current.message.requestId }),
        stream,
        line,
      });
    },
  });
  observe({ kind: 'environment started', ...place, pid: child.pid });

  let reason: EnvironmentEnd | undefined;
  const end = (why: EnvironmentEnd): void => {
    reason ??= why;
    child.kill();
  };
  const ended = child.gone.then((heard) => {
    reason ??= heard.kind === 'not started' ? 'not started' : 'exited';
    observe({ kind: 'environment ended', ...place, reason });
  });
  if (child.pid !== undefined) options.onPid(child.pid, ended);

  const hearWithin = async (limitMs: number, saying: Promise<Heard>): Promise<Heard> => {
    const timer = setTimeout(() => end('timed out'), Math.max(0, limitMs));
    const heard = await saying;
    clearTimeout(timer);
    return heard;
  };

  let warm = false;
  let initMs = 0;
  const init = child.hear().then((heard) => {
    initMs = performance.now() - startedAt;
    return heard;
  });

  /** Init has ten seconds of its own before it uses up the function's time. */
  const initialise = async (): Promise<Heard> => {
    warm = true;
    return hearWithin(startedAt + INIT_FREE_MS + version.timeoutMs - performance.now(), init);
  };

  const invoke = async ({ message, reader }: Job, leftMs: number): Promise<Heard> => {
    child.tell({ ...message, deadlineMs: Date.now() + leftMs });
    const heard = await hearWithin(leftMs, hearReply(child, reader ?? keepWhole()));
    await child.logged(message.requestId);
    return heard;
  };

  const run = async (job: Job): Promise<Outcome> => {
    current = job;
    const memory = watchMemory(child.pid, version.memoryMb, () => end('out of memory'));
    const cold = !warm;
    let heard = cold ? await initialise() : ({ kind: 'ready' } as const);
    const invokedAt = performance.now();
    if (heard.kind === 'ready') {
      const overtimeMs = cold ? Math.max(0, initMs - INIT_FREE_MS) : 0;
      heard = await invoke(job, version.timeoutMs - overtimeMs);
    }
    const durationMs = performance.now() - invokedAt;
    const maxMemoryMb = memory.finish();
    if (heard.kind === 'init failed') end('init failed');
    if (KILLS.includes(reason)) heard = await child.gone;
    current = undefined;
    const ending = conclude(heard, job.message.requestId, version, reason);
    return { ...ending, durationMs, maxMemoryMb, ...(cold && { initMs }) };
  };

  return {
    id,
    version,
    get warm() {
      return warm;
    },
    get alive() {
      return reason === undefined;
    },
    run,
    end,
    ended,
  };
};
