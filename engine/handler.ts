import type { Clock, Invoke } from './child/ports.ts';
import type { RecursionConfig } from './config.ts';
import type { ItemTime } from './invocation/item-time.ts';
import type { OwnCounts, TreeStats } from './policy/outcome.ts';
import type { RequestForm } from './protocol/request.ts';
import type { OpenStore } from './protocol/wire.ts';
import type { Work } from './work.ts';

/** The reply of a caller who reads it as it comes about. */
export interface ReplyStream {
  /** Aborted once the caller has gone, where the runtime tells. */
  readonly signal: AbortSignal;
  /** Resolves once there is room for more; at once where nobody reads any more. */
  write(text: string): Promise<void>;
}

/** Status and headers of a streamed reply, where it is one of HTTP. */
export interface StreamHead {
  readonly statusCode: number;
  readonly headers: Readonly<Record<string, string>>;
}

/** What a runtime that streams gives an invocation. */
export interface StreamingRuntime {
  /** Whether something was written: from then on there is no other reply. */
  readonly begun: boolean;
  /** Opens the reply; of the heads that were given, the last one before the first write is sent. */
  open(head?: StreamHead): ReplyStream;
}

/** The part of Lambda's context that the engine uses. */
export interface InvocationContext {
  readonly awsRequestId: string;
  readonly functionVersion: string;
  getRemainingTimeInMillis(): number;
  /** Set by the HTTP entrance: the reply will be a text inside another one. */
  readonly viaHttp?: boolean;
  /** Set by the HTTP entrance: a gateway waits for the reply, and not for as long as the function may run. */
  readonly hasGateway?: boolean;
  /** Absent where replies cannot be streamed. */
  readonly streaming?: StreamingRuntime;
  /** Set by the HTTP entrance: the reply is to be written here, line by line. */
  readonly lines?: ReplyStream;
}

/** What a handler is called with and answers, for the types of those who call it from elsewhere. */
export interface Contract<Item, Result, Options> {
  readonly item: Item;
  readonly result: Result;
  readonly options: Options;
}

/**
 * A Lambda handler. It takes whatever comes and refuses what it does not understand; what it was made for is in its
 * type alone: `droste<typeof handler>(…)`.
 */
export interface Handler<Item = unknown, Result = unknown, Options = unknown> {
  (event: unknown, context: InvocationContext): Promise<unknown>;
  /** Never there at run time. */
  readonly '~contract'?: Contract<Item, Result, Options> | undefined;
}

/** A value after its way through JSON: a `Date` is text by then, and functions are gone. */
export type AsJson<Value> = Value extends { toJSON(): infer Json }
  ? Json
  : Value extends (...args: never) => unknown
    ? undefined
    : Value extends object
      ? { [Key in keyof Value]: AsJson<Value[Key]> }
      : Value;

/** What a handler's callers send and get. */
export type ContractOf<Called extends Handler> =
  Called extends Handler<infer Item, infer Result, infer Options>
    ? Contract<Item, AsJson<Result>, Options>
    : never;

/** What one invocation did, told once at its end. */
export interface InvocationReport {
  readonly rootRequestId: string;
  /** Its own: what AWS's own lines of it go by. */
  readonly requestId: string;
  readonly path: string;
  readonly depth: number;
  readonly items: number;
  /** Items without a result, those of children included. */
  readonly failed: number;
  /** How many failed by the name of the error; at most 20 names. */
  readonly errors: Readonly<Record<string, number>>;
  readonly cold: boolean;
  readonly elapsedMs: number;
  /** What this invocation itself did. */
  readonly own: OwnCounts;
  /** Counts of the subtree, this invocation included. */
  readonly stats: TreeStats;
  /** Name of the error that stopped it, if one did. */
  readonly stopped?: string;
}

/** Names of errors come from whoever wrote the work function, and may be as many as its items. */
export const MAX_ERROR_NAMES = 20;

/** Everything a recursive handler is made of. */
export interface HandlerDeps {
  readonly form: RequestForm;
  readonly label: (item: unknown) => unknown;
  readonly work: Work<unknown, unknown, unknown>;
  readonly config: RecursionConfig;
  readonly invoke: Invoke;
  readonly clock: Clock;
  /** What this environment has learnt of its own work. */
  readonly itemTime: ItemTime;
  /** Told once per invocation, before it answers; waited for, because Lambda freezes what comes later. */
  readonly report?: (report: InvocationReport) => void | Promise<void>;
  /** Where payloads, parts and abort markers are put; absent where no store is configured. */
  readonly openStore?: OpenStore | undefined;
}

/** How an invocation began. */
export interface Start {
  readonly context: InvocationContext;
  /** The first one of its execution environment. */
  readonly cold: boolean;
  /** Of its execution environment, unlike all others': its log stream, or an id. */
  readonly environment: string;
}
