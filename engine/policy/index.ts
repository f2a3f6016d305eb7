/** The policy by itself: pure, for whoever runs it under a time of their own. */
export { fullJitterMs } from './backoff.ts';
export { chooseWork } from './choose-work.ts';
export { rangesWhere } from './cover.ts';
export { livelockOf } from './livelock.ts';
export { notWantedError, type Outcome } from './outcome.ts';
export { type LanePlan, nextChunk, planInvocation } from './plan.ts';
export { step } from './policy.ts';
export { freshRange, type QueuedRange } from './queue.ts';
export type { Range } from './range.ts';
export { initialState, type Move, type PolicyEvent, type State } from './state.ts';
export { judge, mostFailures, type Tolerance } from './tolerance.ts';
