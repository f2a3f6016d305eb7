import { randomBytes } from 'node:crypto';
import { availableParallelism } from 'node:os';
import { InvalidRequestError } from '../platform/index.ts';
import { openEnvironments } from './environments.ts';
import { openExecutions, type StateMachine } from './executions.ts';
import { type ChooseFault, withFaults } from './faults.ts';
import { functionReads } from './function-reads.ts';
import { startGuardian } from './guardian.ts';
import type { Observe } from './host-events.ts';
import { serve } from './http-server.ts';
import { openInvocations } from './invocations.ts';
import type { InvokeCall } from './invoke-call.ts';
import { callMaxBytes, lambdaApi } from './lambda-api.ts';
import type { LocalFunction } from './local-function.ts';
import { notAdmitted } from './refusals.ts';
import { type InvokeReply, refuse } from './replies.ts';
import { countSlots } from './slots.ts';
import { DEFAULT_REGION, registerFunctions, type VersionChanges } from './versions.ts';

/** What a local host runs, and within which limits. */
export interface LocalHostOptions {
  readonly functions: readonly LocalFunction[];
  /** The account's concurrency: environments busy at once, and processes altogether. Default: one per core. */
  readonly concurrency?: number;
  /** Default `127.0.0.1`. */
  readonly host?: string;
  /** Default 0: any free port. */
  readonly port?: number;
  /** What callers of the HTTP API, and pages, show: 16 or more letters, digits, `-` and `_`. Default: random. */
  readonly token?: string;
  /** Told of every event and every log line; the host itself prints nothing. Default: nobody. */
  readonly observe?: Observe;
  /** The variables a few of which are passed on to environments (`PATH`, proxies; nothing of AWS). Default `process.env`. */
  readonly inherited?: NodeJS.ProcessEnv;
  /** State machines by name, for Step Functions' `StartExecution`. Default: none. */
  readonly stateMachines?: Readonly<Record<string, StateMachine>>;
  /** What goes wrong with which call, for tests. Default: nothing is made to. */
  readonly fault?: ChooseFault;
}

/** 128 bits: nobody guesses it. */
const TOKEN_BYTES = 16;

const ANYBODY = { accessKeyId: 'local', secretAccessKey: 'local' } as const;

/** A call without HTTP; the rest of `InvokeCall` beside the name and the payload. */
export type InvokeOptions = Omit<InvokeCall, 'functionName' | 'payload'>;

/** How an AWS SDK client, or droste's own, is connected to a local host: `new LambdaClient(host.connection)`. */
export interface LocalConnection {
  readonly endpoint: string;
  readonly region: string;
  /** Anybody's: the host checks no signature, and the SDK insists on signing. */
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
}

/** Lambda's Invoke API on this machine; `await using` closes it. */
export interface LocalHost extends AsyncDisposable {
  /** `http://127.0.0.1:PORT`, for `AWS_ENDPOINT_URL_LAMBDA` or `--endpoint-url`. */
  readonly endpoint: string;
  readonly connection: LocalConnection;
  /** What callers that may be a page in a browser have to show, as `x-droste-token`. */
  readonly token: string;
  /** Publishes `$LATEST`, with changes, as the next version; returns its number. Aliases stay where they are. */
  publishVersion(name: string, changes?: VersionChanges): string;
  /** Points an alias at a published version. Calls on their way keep the version they have. */
  moveAlias(name: string, alias: string, version: string): void;
  /** What `POST …/invocations` does, without HTTP: the same limits, the same replies. Never rejects. */
  invoke(name: string, payload: string | Buffer, options?: InvokeOptions): Promise<InvokeReply>;
  /** What `StartExecution` does, without HTTP; false where an execution of that name has ended, or has another input. */
  startExecution(machine: string, name: string, input: unknown): boolean;
  /** Refuses what comes, kills what runs, waits for every process and connection to be gone. Idempotent. */
  close(): Promise<void>;
}

/**
 * Starts a local host: an HTTP server with Lambda's Invoke API in front of execution environments, each a process of
 * its own. It enforces what Lambda enforces: payload limits, time-outs, memory, concurrency, recursive loop detection.
 *
 * @throws InvalidRequestError when a function or the concurrency is out of range; what listening failed with.
 */
export const startLocalHost = async (options: LocalHostOptions): Promise<LocalHost> => {
  const { functions, concurrency = availableParallelism(), host = '127.0.0.1', port = 0 } = options;
  const { observe = () => {}, inherited = process.env, fault } = options;
  const { token = randomBytes(TOKEN_BYTES).toString('base64url') } = options;
  if (!/^[\w-]{16,}$/.test(token)) {
    throw new InvalidRequestError(
      `Expected the token to be 16 or more letters, digits, - and _, received ${token.length} characters`,
    );
  }
  const versions = registerFunctions(functions);
  const slots = countSlots(functions, concurrency);

  const server = await serve({
    answer: (request) => answer(request),
    deny: (denied) => refuse(notAdmitted(denied)),
    bodyMaxBytes: callMaxBytes,
    // the SDKs can show no token
    admission: () => ({ token, asked: 'browsers' }),
    host,
    port,
  });
  const guardian = startGuardian();
  const environments = openEnvironments({
    limit: concurrency,
    isCurrent: versions.isCurrent,
    endpoint: server.endpoint,
    inherited,
    observe,
    onPid: (pid, ended) => {
      guardian.watch(pid);
      void ended.then(() => guardian.forget(pid));
    },
  });
  const invocations = openInvocations({ versions, slots, run: environments.run, observe });
  const api = lambdaApi(invocations, functionReads(versions, functions, concurrency));
  const answerCalls = fault ? withFaults(api, fault) : api;
  const executions = openExecutions({
    machines: options.stateMachines ?? {},
    invoke: invocations.invoke,
    observe,
  });
  const answer: typeof api = (request) =>
    executions.isFor(request) ? executions.answer(request) : answerCalls(request);

  const shutDown = async (): Promise<void> => {
    executions.close();
    invocations.close();
    await environments.close();
    // replies to what was killed are on their way since this turn of the event loop
    await new Promise((resolve) => setImmediate(resolve));
    await server.close();
    await guardian.close();
  };
  let closing: Promise<void> | undefined;
  const close = (): Promise<void> => {
    closing ??= shutDown();
    return closing;
  };

  return {
    endpoint: server.endpoint,
    connection: { endpoint: server.endpoint, region: DEFAULT_REGION, credentials: ANYBODY },
    token,
    publishVersion: (name, changes) => {
      const version = versions.publish(name, changes);
      environments.endOutdated();
      return version;
    },
    moveAlias: (name, alias, version) => {
      versions.moveAlias(name, alias, version);
      environments.endOutdated();
    },
    startExecution: executions.start,
    invoke: (name, payload, rest = {}) =>
      invocations.invoke({
        ...rest,
        functionName: name,
        payload: typeof payload === 'string' ? Buffer.from(payload) : payload,
      }),
    close,
    [Symbol.asyncDispose]: close,
  };
};
