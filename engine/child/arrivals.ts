import { type Arrivals, afterArrival, childDeadline } from '../policy/deadline.ts';
import type { EnvelopeReply } from '../protocol/child-reply.ts';
import type { Clock, Invoke } from './ports.ts';

/** How long answers take, by the way they come: one per execution environment, for all its invocations. */
const known = new WeakMap<Invoke, Arrivals>();

/** The deadline of a child that is called now, for its answer to arrive before its parent's; epoch ms. */
export const deadlineBelow = (deadlineMs: number, invoke: Invoke, clock: Clock): number =>
  childDeadline(deadlineMs, clock.now(), known.get(invoke));

/** Remembers how long an answer that has just arrived took. A child that its work kept beyond its deadline was late by that too. */
export const noteArrival = (
  { stats: { answeredMs } }: EnvelopeReply,
  deadlineMs: number,
  invoke: Invoke,
  clock: Clock,
): void => {
  if (answeredMs === undefined) return;
  const tookMs = Math.max(0, clock.now() - Math.min(answeredMs, deadlineMs));
  known.set(invoke, afterArrival(known.get(invoke), tookMs));
};
