import { randomUUID } from 'node:crypto';
import { createLambdaInvoke } from '../engine/child/lambda.ts';
import {
  abortTree,
  inlineItems,
  NO_DEADLINE,
  readTolerance,
  runInvocation,
  summarise,
  systemClock,
} from '../engine/driver.ts';
import type { TreeShape } from '../engine/index.ts';
import { treeDefaults } from '../engine/limits.ts';
import {
  InvalidRequestError,
  ThrottledError,
  TIMEOUT_MAX_MS,
  toWireError,
  type WireError,
} from '../platform/index.ts';
import type { BatchInput, BatchResult } from './batch-input.ts';

const deadlineOf = (asked = NO_DEADLINE): number => {
  if (!Number.isNaN(asked)) return Math.min(asked, NO_DEADLINE);
  throw new InvalidRequestError('Expected the deadline to be an instant in epoch milliseconds, received NaN');
};

/**
 * Runs a batch from outside: splits it, invokes the function through the AWS SDK, merges the answers in order. The
 * caller is the root of the tree, with everything a root does but work: throttles are waited out, crashes are
 * narrowed down to the item, all answers are of one version.
 */
export const runBatch = async (input: BatchInput): Promise<BatchResult> => {
  const tolerance = readTolerance(input);
  const { onError = tolerance ? 'collect' : 'raise' } = input;
  const { functionName, items, options = {}, shape, connection, identity = {}, runId = randomUUID() } = input;
  const tree: TreeShape = {
    maxWork: shape?.maxWork ?? treeDefaults.maxWorkPerRequest,
    maxLanes: input.calls ?? shape?.maxLanes ?? treeDefaults.numParallelRequests,
    slots: shape?.slots ?? treeDefaults.slots,
    maxDepth: shape?.maxDepth ?? treeDefaults.maxDepth,
  };
  // what cannot be read is refused before anything waits
  const deadline = deadlineOf(input.deadline);
  const invoke = input.invoke ?? createLambdaInvoke({ ...connection, maxSockets: tree.maxLanes });
  const target = { functionName, qualifier: input.qualifier ?? 'live' };
  let answers = 0;
  let leftRunning = false;
  let outOfTime = false;
  let failure: WireError | undefined;
  let lastSetback = 'no answer';
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
  const hearOf = (version: string) => {
    heard();
    heard = waitOn();
    answers += 1;
    input.onVersion?.(version);
  };
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
      ...(input.streaming && { stream: true }),
    },
    signal: input.signal ? AbortSignal.any([input.signal, impatient.signal]) : impatient.signal,
    observe: (event) => {
      if (event.kind === 'item') input.onOutcome?.(event.index, event.outcome);
      if (event.kind === 'told') hearOf(event.version);
      if (event.kind === 'waiting') input.onWaiting?.(event.untilMs, lastSetback);
      if (event.kind !== 'child') return;
      leftRunning ||= event.answer.kind === 'aborted';
      if (event.answer.kind === 'throttled') lastSetback = `a throttle (${event.answer.reason})`;
      if (event.answer.kind === 'answered') {
        hearOf(event.answer.reply.version);
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
