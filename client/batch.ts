import { randomUUID } from 'node:crypto';
import { createLambdaInvoke, type LambdaInvokeOptions } from '../engine/child/lambda.ts';
import {
  abortTree,
  inlineItems,
  NO_DEADLINE,
  readTolerance,
  runInvocation,
  summarise,
  systemClock,
} from '../engine/driver.ts';
import type { Invoke, Outcome, Summary, TreeShape } from '../engine/index.ts';
import { treeDefaults } from '../engine/limits.ts';
import type { Tolerance } from '../engine/policy/index.ts';
import {
  InvalidRequestError,
  ThrottledError,
  TIMEOUT_MAX_MS,
  toWireError,
  type WireError,
} from '../platform/index.ts';

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

const deadlineOf = (asked = NO_DEADLINE): number => {
  if (!Number.isNaN(asked)) return Math.min(asked, NO_DEADLINE);
  throw new InvalidRequestError('Expected the deadline to be an instant in epoch milliseconds, received NaN');
};

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

/**
 * Runs a batch from outside: splits it, invokes the function through the AWS SDK, merges the answers in order. The
 * caller is the root of the tree, with everything a root does but work: throttles are waited out, crashes are
 * narrowed down to the item, all answers are of one version.
 */
export const runBatch = async (input: BatchInput): Promise<BatchResult> => {
  const tolerance = readTolerance(input);
  const { onError = tolerance ? 'collect' : 'raise' } = input;
  const { items, options = {}, shape, connection, identity = {} } = input;
  const tree: TreeShape = {
    maxWork: shape?.maxWork ?? treeDefaults.maxWorkPerRequest,
    maxLanes: input.calls ?? shape?.maxLanes ?? treeDefaults.numParallelRequests,
    slots: shape?.slots ?? treeDefaults.slots,
    maxDepth: shape?.maxDepth ?? treeDefaults.maxDepth,
  };
  // what cannot be read is refused before anything waits
  const deadline = deadlineOf(input.deadline);
  const { runId = randomUUID() } = input;
  const invoke = input.invoke ?? createLambdaInvoke({ ...connection, maxSockets: tree.maxLanes });
  const target = { functionName: input.functionName, qualifier: input.qualifier ?? 'live' };
  let answers = 0;
  let leftRunning = false;
  let outOfTime = false;
  let failure: WireError | undefined;
  let lastSetback = 'no answer';
  const { functionName } = input;
  // no invocation lasts longer: who has heard nothing for that long waits for nobody
  const { patienceMs = TIMEOUT_MAX_MS } = input;
  const impatient = new AbortController();
  const waitOn = () =>
    systemClock.at(systemClock.now() + patienceMs, () =>
      impatient.abort(
        new ThrottledError(
          `Expected an answer of ${functionName} within ${patienceMs} ms, received ${lastSetback}.`,
        ),
      ),
    );
  let heard = waitOn();
  const { outcomes, stopped, late, ...result } = await runInvocation({
    items: inlineItems(items),
    onError,
    tolerance,
    shape: tree,
    clock: systemClock,
    invoke,
    place: {
      ...target,
      options: {
        ...options,
        onError,
        ...(shape?.maxWork !== undefined && { maxWorkPerRequest: shape.maxWork }),
        ...(shape?.maxLanes !== undefined && { numParallelRequests: shape.maxLanes }),
      },
      depth: 0,
      path: '0',
      deadline,
      version: input.version,
      identity,
      rootRequestId: runId,
      runId,
    },
    signal: input.signal ? AbortSignal.any([input.signal, impatient.signal]) : impatient.signal,
    observe: (event) => {
      if (event.kind === 'item') input.onOutcome?.(event.index, event.outcome);
      if (event.kind === 'waiting') input.onWaiting?.(event.untilMs, lastSetback);
      if (event.kind !== 'child') return;
      leftRunning ||= event.answer.kind === 'aborted';
      if (event.answer.kind === 'throttled') lastSetback = `a throttle (${event.answer.reason})`;
      if (event.answer.kind === 'answered') {
        heard();
        heard = waitOn();
        answers += 1;
        input.onVersion?.(event.answer.reply.version);
      } else if (event.answer.noTime) {
        outOfTime = true;
      } else if ('error' in event.answer) {
        failure ??= event.answer.error;
        lastSetback = event.answer.error.message;
      }
    },
  }).finally(() => heard());
  // telling is a courtesy: that it failed takes nothing from what was answered
  if ((stopped || result.enough) && leftRunning && !late) {
    const { onStopped = () => abortTree(invoke, `${target.functionName}:${target.qualifier}`, runId) } =
      input;
    await onStopped(runId).catch(() => {});
  }
  const answered = outcomes.filter((outcome) => outcome !== undefined);
  const { throttled } = result.stats;
  const refused =
    (late || outOfTime) && answers === 0 && failure === undefined && throttled > 0
      ? new ThrottledError(
          `Expected ${target.functionName} to take a call before the deadline, received ${throttled} throttles and no answer.`,
        )
      : undefined;
  return {
    outcomes,
    stopped: refused ?? stopped,
    late,
    enough: result.enough,
    unanswered: answers === 0 ? (failure ?? (refused && toWireError(refused))) : undefined,
    summary: {
      ...summarise(answered, {
        ...{ stats: result.stats, version: result.version, rootRequestId: runId, identity },
        ...(options.receipts === true && { attempts: result.attempts, receipts: result.receipts }),
      }),
      items: items.length,
    },
  };
};
