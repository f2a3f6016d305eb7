import { type ChildAnswer, createChildCaller, type Place } from './child.ts';
import { addStats, type TreeStats } from './core/outcome.ts';
import { planInvocation } from './core/plan.ts';
import { type DriveEvent, type DriveInput, type DriveResult, drive } from './drive.ts';
import { backoffRules, treeDefaults } from './limits.ts';
import type { Clock, Invoke } from './ports.ts';

/** The shape a tree may take. */
export interface TreeShape {
  /** W, `MAX_WORK_PER_REQUEST`. */
  readonly maxWork: number;
  /** P, `NUM_PARALLEL_REQUESTS`; 0 switches fan-out off. */
  readonly maxLanes: number;
  /** S, of this subtree. */
  readonly slots: number;
  readonly maxDepth: number;
}

/** One place of a tree and what it has to answer. */
export interface InvocationInput
  extends Pick<DriveInput, 'items' | 'onError' | 'clock' | 'signal' | 'observe'> {
  readonly place: Place;
  readonly shape: TreeShape;
  /** Absent for a caller outside Lambda, which only calls. */
  readonly work?: DriveInput['work'];
  readonly invoke: Invoke;
  readonly clock: Clock;
}

/** What one place of the tree, and all below it, came to. */
export interface InvocationResult extends DriveResult {
  readonly stats: TreeStats;
  /** The version that answered; unknown where a caller outside Lambda got no answer. */
  readonly version: string | undefined;
  /** What the children's work functions say of themselves. */
  readonly identity: Readonly<Record<string, string>>;
}

const countCall = (stats: TreeStats, answer: ChildAnswer, depth: number): TreeStats => {
  switch (answer.kind) {
    case 'answered':
      return addStats(stats, answer.reply.stats);
    case 'throttled':
      return { ...stats, throttled: stats.throttled + 1 };
    case 'crashed':
    case 'skewed':
    case 'lost':
    case 'too-large':
      return addStats(stats, { invocations: 1, depth, throttled: 0, retried: 1 });
    case 'failed':
    case 'aborted':
      return addStats(stats, { invocations: 1, depth, throttled: 0, retried: 0 });
    case 'refused':
      return stats;
    default:
      return answer satisfies never;
  }
};

/** Runs one place of the tree: plans it, drives it, counts what happened. */
export const runInvocation = async (input: InvocationInput): Promise<InvocationResult> => {
  const { place, shape, items, work, clock } = input;
  const hands = work !== undefined;
  const caller = createChildCaller(place, input.invoke, clock);
  let identity: Readonly<Record<string, string>> = {};
  let stats: TreeStats = { invocations: hands ? 1 : 0, depth: place.depth, throttled: 0, retried: 0 };

  const observe = (event: DriveEvent) => {
    if (event.kind === 'child') {
      stats = countCall(stats, event.answer, place.depth + 1);
      if (event.answer.kind === 'answered') identity = { ...identity, ...event.answer.reply.identity };
    }
    input.observe?.(event);
  };

  const result = await drive({
    ...input,
    plan: planInvocation({
      items: items.length,
      maxWork: shape.maxWork,
      maxLanes: Math.max(1, shape.maxLanes),
      slots: shape.slots,
      depth: shape.maxLanes === 0 ? shape.maxDepth : place.depth,
      maxDepth: shape.maxDepth,
      hands,
    }),
    rules: {
      maxWork: shape.maxWork,
      hands,
      maxAttempts: treeDefaults.maxAttempts,
      hasParent: place.depth > 0,
      backoff: backoffRules,
    },
    deadline: place.deadline,
    work: work ?? (() => Promise.resolve([])),
    callChild: caller.call,
    observe,
  });
  return { ...result, stats, version: caller.version(), identity };
};
