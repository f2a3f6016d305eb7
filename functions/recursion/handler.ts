import type { RecursionConfig } from './config.ts';
import type { TreeStats } from './core/outcome.ts';
import type { Clock, Invoke } from './ports.ts';
import type { RequestForm } from './request.ts';
import type { Work } from './work.ts';

/** The part of Lambda's context that the engine uses. */
export interface InvocationContext {
  readonly awsRequestId: string;
  readonly functionVersion: string;
  getRemainingTimeInMillis(): number;
}

/** A Lambda handler. */
export type Handler = (event: unknown, context: InvocationContext) => Promise<unknown>;

/** What one invocation did, told once at its end. */
export interface InvocationReport {
  readonly rootRequestId: string;
  readonly path: string;
  readonly depth: number;
  readonly items: number;
  readonly failed: number;
  readonly cold: boolean;
  readonly elapsedMs: number;
  /** Counts of the subtree, this invocation included. */
  readonly stats: TreeStats;
}

/** Everything a recursive handler is made of. */
export interface HandlerDeps {
  readonly form: RequestForm;
  readonly label: (item: unknown) => unknown;
  readonly work: Work<unknown, unknown, unknown>;
  readonly config: RecursionConfig;
  readonly invoke: Invoke;
  readonly clock: Clock;
  readonly report?: (report: InvocationReport) => void;
}

/** How an invocation began. */
export interface Start {
  readonly context: InvocationContext;
  /** The first one of its execution environment. */
  readonly cold: boolean;
}
