import {
  DeadlineExceededError,
  fromWireError,
  type LivelockError,
  toWireError,
  type WireError,
} from '../../platform/errors.ts';
import { LEVEL_MARGIN_MS } from '../policy/deadline.ts';
import { livelockOf } from '../policy/livelock.ts';
import type { Outcome } from '../policy/outcome.ts';
import { step } from '../policy/policy.ts';
import type { QueuedRange } from '../policy/queue.ts';
import { type Range, sizeOf } from '../policy/range.ts';
import { initialState, type Move, type PolicyEvent, type State } from '../policy/state.ts';
import type { DriveEvent, DriveInput, DriveResult, Round } from './drive-input.ts';
import { laneEvent } from './lane-event.ts';
import { wrongCount } from './worked-outcome.ts';

/**
 * Runs the policy with real time, real work and real children until every item is answered, or it is stopped.
 * Settles only when nothing it started is under way any more, so that nothing leaks into the next invocation of
 * the environment; the one exception is work that ignores its signal past the deadline, which is left behind so
 * that what is done can still be answered.
 *
 * @throws LivelockError, once all has settled, where the policy would have spun.
 */
export const drive = (input: DriveInput): Promise<DriveResult> => {
  const { items, clock, onError } = input;
  const outcomes: (Outcome<unknown> | undefined)[] = Array.from({ length: items.length });
  const givenBack: QueuedRange[] = [];
  const controller = new AbortController();
  let stopped: Error | undefined;
  let late = false;
  let livelock: LivelockError | undefined;
  let state: State = initialState(items.length, input.plan, input.rules, input.todo);
  let cancelWake = () => {};
  /** By lane: aborts its call. */
  const abandon: (() => void)[] = [];

  return new Promise((resolve, reject) => {
    let finished = false;
    const finish = () => {
      if (finished) return;
      finished = true;
      cancelWake();
      cancelDeadline();
      cancelGrace();
      input.signal?.removeEventListener('abort', onAbort);
      if (livelock) reject(livelock);
      else resolve({ outcomes, givenBack, stopped, late });
    };

    const stop = (reason: unknown) => {
      if (stopped) return;
      stopped = reason instanceof Error ? reason : new Error(String(reason));
      controller.abort(stopped);
      send({ kind: 'stopped', nowMs: clock.now() });
    };

    const tell = (event: DriveEvent) => {
      try {
        input.observe?.(event);
      } catch (error) {
        stop(error);
      }
    };

    const answer = (index: number, outcome: Outcome<unknown>) => {
      if (outcomes[index] || finished) return;
      outcomes[index] = outcome;
      tell({ kind: 'item', index, outcome });
      if (onError === 'raise' && 'error' in outcome) stop(fromWireError(outcome.error));
    };

    const answerAll = ({ start, end }: Range, error: WireError) => {
      for (let index = start; index < end; index++) answer(index, { error });
    };

    const work = async (range: Range) => {
      // a move of the same step may have stopped everything
      if (controller.signal.aborted) return settleRound(range);
      const round: Round = {
        start: range.start,
        signal: controller.signal,
        report: (index, outcome) => {
          const isOfRound = Number.isInteger(index) && index >= 0 && index < sizeOf(range);
          if (isOfRound) answer(range.start + index, outcome);
        },
        ready: () => send({ kind: 'ready', start: range.start, nowMs: clock.now() }),
      };
      try {
        const given = await items.take(range);
        // reading them takes time, in which the whole may have been stopped
        controller.signal.throwIfAborted();
        const answers = await input.work(given, round);
        // one too few or too many, and nobody knows whose the others are
        if (answers.length !== sizeOf(range)) throw wrongCount(sizeOf(range), answers.length);
        answers.forEach((outcome, index) => {
          if (outcome) answer(range.start + index, outcome);
        });
      } catch (error) {
        // once the whole is stopped, what has no outcome is pending
        if (!controller.signal.aborted) answerAll(range, toWireError(error));
      }
      settleRound(range);
    };

    const settleRound = ({ start }: Range) => send({ kind: 'worked', start, nowMs: clock.now() });

    const invoke = async ({ lane, range, ...move }: Extract<Move, { kind: 'invoke' }>) => {
      if (controller.signal.aborted) return send({ kind: 'lane-settled', lane, nowMs: clock.now() });
      const call = new AbortController();
      abandon[lane] = () => call.abort();
      const signal = AbortSignal.any([controller.signal, call.signal]);
      const child = await input.callChild({ ...move, range, given: items.give(range), signal });
      tell({ kind: 'child', answer: child, range, attempt: move.attempt });
      if (child.kind === 'answered') {
        child.reply.outcomes.forEach((outcome, index) => {
          if (outcome) answer(range.start + index, outcome);
        });
      }
      // an error that stopped the tree is this child's own; the lane has nothing to put back
      if (child.kind === 'failed' && onError === 'raise') stop(fromWireError(child.error));
      send(laneEvent(child, lane, range, clock));
    };

    const perform = (move: Move, nowMs: number): void => {
      switch (move.kind) {
        case 'work':
          tell({ kind: move.copy ? 'copy' : 'round', range: move.range });
          void work(move.range);
          return;
        case 'invoke':
          void invoke(move);
          return;
        case 'abandon':
          abandon[move.lane]?.();
          return;
        case 'fail':
          answerAll(move.range, move.error);
          return;
        case 'give-back':
          givenBack.push(move.piece);
          return;
        case 'wake':
          cancelWake();
          livelock ??= livelockOf(state, move.atMs, nowMs);
          if (livelock) stop(livelock);
          else cancelWake = clock.at(move.atMs, () => send({ kind: 'woke', nowMs: clock.now() }));
          return;
        case 'finish':
          finish();
          return;
        default:
          move satisfies never;
      }
    };

    const send = (event: PolicyEvent) => {
      if (finished) return;
      const next = step(state, event);
      state = next.state;
      for (const move of next.moves) perform(move, event.nowMs);
    };

    const onAbort = () => stop(input.signal?.reason);
    const onDeadline = () => {
      late = !stopped;
      stop(new DeadlineExceededError(`Expected to be done by ${new Date(input.deadline).toISOString()}.`));
    };
    const cancelDeadline = clock.at(input.deadline, onDeadline);
    // half of what the level above waits for this answer; the other half is the answer's way
    const cancelGrace = clock.at(input.deadline + LEVEL_MARGIN_MS / 2, finish);
    input.signal?.addEventListener('abort', onAbort, { once: true });
    if (input.signal?.aborted) onAbort();
    else if (input.deadline <= clock.now()) onDeadline();
    else send({ kind: 'started', nowMs: clock.now() });
  });
};
