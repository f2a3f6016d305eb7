import { EventEmitter, on } from 'node:events';
import { LivelockError, nextTurn } from '../../platform/index.ts';
import { answerBy } from '../policy/deadline.ts';
import { livelockOf } from '../policy/livelock.ts';
import { step } from '../policy/policy.ts';
import type { QueuedRange } from '../policy/queue.ts';
import type { Range } from '../policy/range.ts';
import { initialState, type Move, type PolicyEvent } from '../policy/state.ts';
import { callLane, type Happening } from './call-lane.ts';
import type { DriveEvent, DriveInput, DriveResult } from './drive-input.ts';
import { createOutcomes } from './outcomes.ts';
import { ownRound } from './own-round.ts';
import { createStopping } from './stopping.ts';

/**
 * How long own work waits for the calls made just before it to leave. A cold start's first one takes about 100 ms
 * (import of the SDK, credentials, TLS), and work that blocks the event loop would hold it up for as long as it takes.
 */
const CALLS_LEAVE_WITHIN_MS = 250;

const allLeft = (calls: readonly Promise<void>[], { clock }: DriveInput): Promise<void> =>
  new Promise((resolve) => {
    const cancel = clock.at(clock.now() + CALLS_LEAVE_WITHIN_MS, resolve);
    void Promise.all(calls).then(cancel).then(resolve);
  });

/**
 * Runs the policy with real time, real work and real children until every item has an outcome, or it is stopped. What
 * still runs then is aborted; children that the deadline stops too are heard a little longer, for their answers are on
 * their way. A stop waits for what was aborted to settle, so that nothing leaks into the next
 * invocation of the environment; the one exception is work that ignores its signal past the deadline, which is left
 * behind so that what is done can still be answered.
 *
 * @param policy what decides; another than the engine's own only where the driver itself is tested.
 * @throws LivelockError once all has settled, where the policy would have spun.
 */
export const drive = async (input: DriveInput, policy = step): Promise<DriveResult> => {
  const { clock, deadline } = input;
  const bus = new EventEmitter();
  const events = on(bus, 'event', { close: ['end'] });
  const end = () => bus.emit('end');
  const post = (what: Happening) =>
    bus.emit('event', { ...what, nowMs: clock.now(), random: clock.random() });
  const stopping = createStopping(() => post({ kind: 'stopped' }));
  const tell = (event: DriveEvent) => {
    try {
      input.observe?.(event);
    } catch (error) {
      stopping.stop(error);
    }
  };
  const outcomes = createOutcomes({
    ...input,
    onOutcome: (index, outcome) => tell({ kind: 'item', index, outcome }),
    onFailed: stopping.stop,
    onEnough: stopping.withEnough,
    // what has just answered its last item is about to settle by itself
    onWhole: () => void nextTurn().then(end),
  });
  const call = (move: Extract<Move, { kind: 'invoke' }>): Promise<void> =>
    new Promise((sent) => {
      void callLane({ ...input, move, outcomes, stopping, tell, sent }).then((what) => {
        post(what);
        sent();
      });
    });
  const work = async (range: Range, calls: readonly Promise<void>[]): Promise<void> => {
    const { start } = range;
    tell({ kind: 'round', range });
    if (calls.length > 0) await allLeft(calls, input);
    await ownRound({
      ...input,
      range,
      outcomes,
      signal: stopping.signal,
      onReady: () => post({ kind: 'ready', start }),
    });
    post({ kind: 'worked', start });
  };

  const givenBack: QueuedRange[] = [];
  const named: number[] = [];
  let state = initialState(input.items.length, input.plan, input.rules);
  let cancelWake = () => {};
  const onAbort = () => stopping.stop(input.signal?.reason);
  const onDeadline = () => stopping.atDeadline(deadline);
  const onLast = async () => {
    // work that blocks may have kept both timers until now: answers that are here are read first
    await nextTurn();
    stopping.hangUp();
    await nextTurn();
    end();
  };
  const timers = [clock.at(deadline, onDeadline), clock.at(answerBy(deadline), () => void onLast())];
  input.signal?.addEventListener('abort', onAbort, { once: true });
  if (input.signal?.aborted) onAbort();
  else if (deadline <= clock.now()) onDeadline();
  else post({ kind: 'started' });
  try {
    for await (const [event] of events as AsyncIterable<[PolicyEvent]>) {
      const next = policy(state, event);
      state = next.state;
      const calls: Promise<void>[] = [];
      for (const move of next.moves) {
        if (move.kind === 'invoke') calls.push(call(move));
        else if (move.kind === 'work') void work(move.range, calls);
        else if (move.kind === 'fail') {
          outcomes.fail(move.range, move.error);
          if (move.named) named.push(move.range.start);
        } else if (move.kind === 'give-back') givenBack.push(move.range);
        else if (move.kind === 'finish') end();
        else if (move.kind === 'wake') {
          const livelock = livelockOf(state, move.atMs, event.nowMs);
          cancelWake();
          if (livelock) stopping.stop(livelock);
          else cancelWake = clock.at(move.atMs, () => post({ kind: 'woke' }));
          tell({ kind: 'waiting', untilMs: move.atMs });
        } else move satisfies never;
      }
    }
  } finally {
    outcomes.close();
    stopping.end();
    cancelWake();
    for (const cancel of timers) cancel();
    input.signal?.removeEventListener('abort', onAbort);
  }
  const how = stopping.result();
  if (how.stopped instanceof LivelockError) throw how.stopped;
  return { outcomes: outcomes.all, givenBack, named, ...how };
};
