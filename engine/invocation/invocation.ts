import { createChildCaller } from '../child/child.ts';
import type { Place } from '../child/place.ts';
import type { ChildAnswer, Clock, Invoke } from '../child/ports.ts';
import { backoffRules, type TreeShape, treeDefaults } from '../limits.ts';
import { addStats, noStats, type OwnCounts, type TreeStats } from '../policy/outcome.ts';
import { planInvocation } from '../policy/plan.ts';
import { sizeOf } from '../policy/range.ts';
import { mostFailures } from '../policy/tolerance.ts';
import type { AttemptReceipt } from '../protocol/child-reply.ts';
import { type InvocationReceipt, joined, type TimeSpan } from '../protocol/invocation-receipt.ts';
import type { OpenStore } from '../protocol/wire.ts';
import { drive } from './drive.ts';
import type { DriveEvent, DriveInput, DriveResult } from './drive-input.ts';
import { attemptsOf, receiptsOf } from './receipts.ts';

/** One place of a tree and what it has to answer. */
export interface InvocationInput
  extends Pick<
    DriveInput,
    'items' | 'onError' | 'tolerance' | 'before' | 'clock' | 'signal' | 'handsOn' | 'observe'
  > {
  readonly place: Place;
  readonly shape: TreeShape;
  /** Absent for a caller outside Lambda, which only calls. */
  readonly work?: DriveInput['work'];
  readonly invoke: Invoke;
  readonly clock: Clock;
  /** Where payloads too large to travel are put aside. Default: nowhere. */
  readonly openStore?: OpenStore | undefined;
}

/** What one place of the tree, and all below it, came to. */
export interface InvocationResult extends DriveResult {
  readonly own: OwnCounts;
  /** Tries that came to nothing, in the whole subtree; empty unless receipts were asked for. */
  readonly attempts: readonly AttemptReceipt[];
  /** Of the invocations below this one, on its clock; empty unless receipts were asked for. */
  readonly receipts: readonly InvocationReceipt[];
  /** When it worked itself; empty unless receipts were asked for. */
  readonly ownWork: readonly TimeSpan[];
  readonly stats: TreeStats;
  /** The version that answered; unknown where a caller outside Lambda got no answer. */
  readonly version: string | undefined;
}

const countCall = (stats: TreeStats, answer: ChildAnswer, depth: number): TreeStats => {
  const ran = answer.ran !== false ? { invocations: 1, depth } : {};
  switch (answer.kind) {
    case 'answered':
      return addStats(stats, answer.reply.stats);
    case 'throttled':
      return { ...stats, throttled: stats.throttled + 1 };
    case 'crashed':
    case 'skewed':
    case 'lost':
    case 'too-large':
      return addStats(stats, { ...noStats, ...ran, retried: 1 });
    case 'failed':
    case 'broken':
    case 'aborted':
      return addStats(stats, { ...noStats, ...ran });
    case 'refused':
      return stats;
    default:
      return answer satisfies never;
  }
};

/** Runs one place of the tree: plans it, drives it, counts what happened. */
export const runInvocation = async (input: InvocationInput): Promise<InvocationResult> => {
  const { place, shape, items, work, clock } = input;
  const ownWork = work !== undefined;
  const { tolerance, before = { succeeded: 0, failed: 0 } } = input;
  const total = items.length + before.succeeded + before.failed;
  const toleratedFailures = tolerance && mostFailures(tolerance, total);
  const caller = createChildCaller(
    { ...place, ...(toleratedFailures !== undefined && { toleratedFailures }) },
    input.invoke,
    clock,
    input.openStore,
  );
  let stats: TreeStats = { ...noStats, invocations: ownWork ? 1 : 0, depth: place.depth };

  let children = 0;
  let throttled = 0;
  let worked = 0;

  const isAsked = place.options.receipts === true;
  const attempts: AttemptReceipt[] = [];
  const receipts: InvocationReceipt[] = [];
  const spans: TimeSpan[] = [];

  const timed = async (...given: Parameters<DriveInput['work']>): ReturnType<DriveInput['work']> => {
    const startMs = clock.now();
    try {
      return (await work?.(...given)) ?? [];
    } finally {
      spans.push([startMs, clock.now()]);
    }
  };
  const observe = (event: DriveEvent) => {
    if (isAsked) {
      for (const attempt of attemptsOf(event, place.path)) attempts.push(attempt);
      for (const receipt of receiptsOf(event, place.path)) receipts.push(receipt);
    }
    if (event.kind === 'round') worked += sizeOf(event.range);
    if (event.kind === 'child') {
      stats = countCall(stats, event.answer, place.depth + 1);
      if (event.answer.kind === 'throttled') throttled += 1;
      else if (event.answer.kind !== 'refused' && event.answer.ran !== false) children += 1;
    }
    input.observe?.(event);
  };

  const maxLanes = Math.max(1, shape.maxLanes);
  const plan = planInvocation({
    items: items.length,
    maxWork: shape.maxWork,
    maxLanes,
    slots: shape.slots,
    depth: shape.maxLanes === 0 ? shape.maxDepth : place.depth,
    maxDepth: shape.maxDepth,
    ownWork,
  });
  const result = await drive({
    ...input,
    plan,
    rules: {
      maxWork: shape.maxWork,
      maxLanes,
      ownWork,
      maxAttempts: treeDefaults.maxAttempts,
      hasParent: place.depth > 0,
      pinned: place.pinned ?? false,
      backoff: backoffRules,
    },
    deadline: place.deadline,
    work: timed,
    callChild: caller.call,
    observe,
  });
  const own = { children, throttled, takenOver: Math.max(0, worked - plan.own), worked };
  return { ...result, own, attempts, receipts, ownWork: joined(spans), stats, version: caller.version() };
};
