import type { LambdaInvokeOptions } from '../engine/child/lambda.ts';
import type { Invoke, Outcome, Summary, TreeShape } from '../engine/index.ts';
import type { Tolerance } from '../engine/policy/index.ts';
import type { WireError } from '../platform/index.ts';

/** A batch to run on a function, local or deployed, from outside it. */
export interface BatchInput extends Tolerance {
  /** Name or ARN, without qualifier. */
  readonly functionName: string;
  /** Alias (or version) to call it by. Default `live`. */
  readonly qualifier?: string;
  readonly items: readonly unknown[];
  /** Options of the request: the function's own, and `receipts`. */
  readonly options?: Readonly<Record<string, unknown>>;
  /** Stop at the first error (default), or answer every item (default with a tolerance). */
  readonly onError?: 'raise' | 'collect';
  /**
   * Shape of the tree; the caller itself takes no slot. Default: the engine's defaults; the function's own W and P hold
   * in it all the same where they are not given here.
   */
  readonly shape?: Partial<TreeShape>;
  /** How the AWS SDK reaches the function; what is absent comes from the environment, as the SDK reads it. */
  readonly connection?: Omit<LambdaInvokeOptions, 'maxSockets'>;
  /**
   * The function streams its replies (`STREAMING=true`): it is called by `InvokeWithResponseStream`, outcomes are told as
   * it has them, in the order of a call's items, and what a call that is lost had told is not done again. One that does
   * not stream answers whole all the same. Default false.
   */
  readonly streaming?: boolean;
  /** Calls open at once. Default: P of the shape. */
  readonly calls?: number;
  /** How calls are made. Default: by the AWS SDK, over `connection`. */
  readonly invoke?: Invoke;
  /** Id of the run, by which its log lines are found: letters, digits, `.`, `_` and `-`. Default: a random one. */
  readonly runId?: string;
  /** The version that has to answer. Default: that of the first answer. */
  readonly version?: string | undefined;
  /** What the work functions said of themselves in batches that belong together; grows. Default: nothing yet. */
  readonly identity?: Record<string, string>;
  /** Aborts the batch: no new call, open ones aborted. */
  readonly signal?: AbortSignal;
  /** Epoch ms by which the batch must be done. Default: none, as long as answers come (see `patienceMs`). */
  readonly deadline?: number;
  /** How long to wait for the next answer before the batch is given up, ms. Default 15 minutes, Lambda's longest run. */
  readonly patienceMs?: number;
  /** Told when calls were refused or lost, and none is made before `untilMs` (epoch ms); `why` is what the last one met. */
  readonly onWaiting?: (untilMs: number, why: string) => void;
  /** Told of every item's outcome as it comes, in any order. */
  readonly onOutcome?: (index: number, outcome: Outcome<unknown>) => void;
  /** Told of every answer's version, before its outcomes. */
  readonly onVersion?: (version: string) => void;
  /**
   * Told the id of a run that was stopped while children ran, so that they can be told. Default: the function is asked
   * to, which needs room for one more invocation.
   */
  readonly onStopped?: (runId: string) => Promise<void>;
}

/** What came of a batch. */
export interface BatchResult {
  /** One per item; missing where the batch was stopped before. */
  readonly outcomes: readonly (Outcome<unknown> | undefined)[];
  readonly summary: Summary;
  /** Why it was stopped, if it was: the first error under `raise`, the deadline, the signal's reason. */
  readonly stopped: Error | undefined;
  /** Whether it was the deadline that stopped it. */
  readonly late: boolean;
  /** Whether it ended because as many items had succeeded as `minSuccessful` asks for. */
  readonly enough: boolean;
  /**
   * What went wrong where no invocation answered at all: the function refused its options, or is not to be had. It is
   * the outcome of every item that was sent.
   */
  readonly unanswered: WireError | undefined;
}
