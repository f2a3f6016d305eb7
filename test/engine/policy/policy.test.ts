import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Move, Step } from '../../../engine/policy/state.ts';
import { after, afterAll, planned, shown, type Told, underWay } from '../support/policy.ts';

const one = [{ slots: 1, chunk: 4 }];
const crash = { name: 'ChildInvocationError', message: 'crashed' };

test('at the start own work takes the front of the batch and the lanes its end', () => {
  assert.deepEqual(shown(underWay().moves), ['invoke 0: 8-12', 'invoke 1: 4-8', 'work 0-4']);
});

test('an empty batch is finished at the start', () => {
  assert.deepEqual(shown(underWay({ items: 0 }).moves), ['finish']);
});

test('whoever is done takes what is left, and the last one to be done finishes', () => {
  const { state } = underWay({ items: 18 });
  const lane = after(state, { kind: 'answered', lane: 0 });
  assert.deepEqual(shown(lane.moves), ['invoke 0: 6-10']);
  const ownWork = after(lane.state, { kind: 'worked', start: 0 });
  assert.deepEqual(shown(ownWork.moves), ['work 4-6']);
  const last = afterAll(
    ownWork.state,
    { kind: 'worked', start: 4 },
    { kind: 'answered', lane: 1 },
    { kind: 'answered', lane: 0 },
  );
  assert.deepEqual(shown(last.moves), ['finish']);
});

test('a throttled range is put back for own work, and its lane backs off', () => {
  const { state, moves } = after(underWay({ items: 8, lanes: one }).state, { kind: 'throttled' });
  assert.deepEqual(shown(moves), ['wake at 100']);
  const ownWork = after(state, { kind: 'worked', start: 0, nowMs: 50 });
  assert.deepEqual(shown(ownWork.moves), ['work 4-8']);
  assert.equal(state.queue[0]?.attempt, 0, 'a throttle is no attempt: the child never ran');
});

test('a lane that backed off tries again when its wait is over, and not before', () => {
  const { state } = after(underWay({ items: 8, lanes: one }).state, { kind: 'throttled' });
  assert.deepEqual(shown(after(state, { kind: 'woke', nowMs: 99 }).moves), ['wake at 100']);
  assert.deepEqual(shown(after(state, { kind: 'woke', nowMs: 100 }).moves), ['invoke 0: 4-8']);
});

test('each setback in a row doubles the longest wait, and an answer makes it short again', () => {
  const { state } = underWay({ items: 80, lanes: one });
  const third = afterAll(
    state,
    { kind: 'throttled' },
    { kind: 'woke', nowMs: 100 },
    { kind: 'throttled', nowMs: 100 },
    { kind: 'woke', nowMs: 300 },
    { kind: 'throttled', nowMs: 300 },
  );
  assert.deepEqual(shown(third.moves), ['wake at 700']);
  const again = afterAll(
    third.state,
    { kind: 'woke', nowMs: 700 },
    { kind: 'answered', nowMs: 700 },
    { kind: 'throttled', nowMs: 700 },
  );
  assert.deepEqual(shown(again.moves), ['wake at 800']);
});

test('a throttle halves the lanes that may be busy, an answer opens one more', () => {
  const lanes = Array.from({ length: 8 }, () => ({ slots: 1, chunk: 4 }));
  const { state } = underWay({ items: 200, lanes });
  const throttled = after(state, { kind: 'throttled', lane: 0 });
  assert.equal(throttled.state.congestion.openLanes, 4);
  assert.equal(after(throttled.state, { kind: 'answered', lane: 1 }).state.congestion.openLanes, 5);
});

test('a lost answer puts the range back for another child, counted as an attempt', () => {
  const { state, moves } = after(underWay().state, { kind: 'lost', lane: 0 });
  assert.deepEqual(shown(moves), ['wake at 100']);
  assert.deepEqual(shown(after(state, { kind: 'woke', nowMs: 100 }).moves), ['invoke 0: 8-12 attempt 1']);
});

test('after three lost answers only own work takes the range', () => {
  const { state, moves } = afterAll(
    underWay().state,
    { kind: 'lost', lane: 0 },
    { kind: 'woke', nowMs: 100 },
    { kind: 'lost', lane: 0, nowMs: 100 },
    { kind: 'woke', nowMs: 300 },
    { kind: 'lost', lane: 0, nowMs: 300 },
  );
  assert.deepEqual(shown(moves), []);
  assert.deepEqual(shown(after(state, { kind: 'worked', start: 0, nowMs: 900 }).moves), ['work 8-12']);
});

test('a caller without own work lets the range fail then, with what went wrong last', () => {
  const { state } = underWay({ ownWork: false, items: 4, lanes: one });
  const { moves } = afterAll(
    state,
    { kind: 'lost', lane: 0 },
    { kind: 'woke', nowMs: 100 },
    { kind: 'lost', lane: 0, nowMs: 100 },
    { kind: 'woke', nowMs: 300 },
    { kind: 'lost', lane: 0, nowMs: 300, error: { name: 'ChildInvocationError', message: 'third' } },
  );
  assert.deepEqual(shown(moves), ['fail 0-4: third', 'finish']);
});

test('a crashed range is split in two, and own work never touches the halves', () => {
  const { state, moves } = after({ ...underWay().state, answered: true }, { kind: 'crashed', error: crash });
  assert.deepEqual(shown(moves), ['invoke 0: 10-12 attempt 1']);
  const ownWork = after(state, { kind: 'worked', start: 0 });
  assert.deepEqual(shown(ownWork.moves), []);
  assert.deepEqual(shown(after(ownWork.state, { kind: 'answered', lane: 1 }).moves), [
    'invoke 1: 8-10 attempt 1',
  ]);
});

test('what a child told before its answer was lost is done: the rest is put back, and that was no attempt', () => {
  const { state } = after(underWay().state, { kind: 'lost', lane: 0, told: 3 });
  assert.deepEqual(shown(after(state, { kind: 'woke', nowMs: 100 }).moves), ['invoke 0: 11-12']);
});

test('what a child told before it crashed is done: the rest is split, and a rest of one is tried alone', () => {
  const { state, moves } = after(underWay().state, { kind: 'crashed', lane: 0, error: crash, told: 2 });
  assert.deepEqual(shown(moves), ['invoke 0: 11-12 attempt 1']);
  assert.deepEqual(shown(after(state, { kind: 'answered', lane: 0 }).moves), ['invoke 0: 10-11 attempt 1']);
  const one = after(underWay().state, { kind: 'crashed', lane: 0, error: crash, told: 3 });
  assert.deepEqual(shown(one.moves), ['invoke 0: 11-12 attempt 1']);
  assert.deepEqual(one.state.lanes[0]?.busy?.soloCrashes, 0, 'it was not alone');
});

test('a rest of one is tried alone before it is too large for any child', () => {
  const { moves } = after(underWay().state, { kind: 'too-large', lane: 0, told: 3 });
  assert.deepEqual(shown(moves), ['invoke 0: 11-12']);
});

test('what a child told before it failed does not fail with the rest, and shows that the function can answer', () => {
  const { state, moves } = after(underWay().state, { kind: 'failed', lane: 0, error: crash, told: 1 });
  assert.deepEqual(shown(moves), ['fail 9-12: crashed']);
  assert.equal(state.answered, true);
});

test('a single item that crashes twice is named as the failure', () => {
  const { state } = underWay({ ownWork: false, items: 1 });
  const once = after(state, { kind: 'crashed', lane: 0, error: crash });
  assert.deepEqual(shown(once.moves), ['invoke 0: 0-1 attempt 1']);
  const twice = after(once.state, { kind: 'crashed', lane: 0, error: crash });
  assert.deepEqual(shown(twice.moves), ['fail 0-1: crashed', 'finish']);
});

test('a range too large is split; a single item too large stays with own work', () => {
  const { state, moves } = after(underWay().state, { kind: 'too-large', lane: 0 });
  assert.deepEqual(shown(moves), ['invoke 0: 10-12']);
  const single = afterAll(state, { kind: 'too-large', lane: 0 }, { kind: 'too-large', lane: 0 });
  assert.deepEqual(shown(single.moves), ['invoke 0: 10-11']);
  assert.deepEqual(shown(after(single.state, { kind: 'worked', start: 0 }).moves), ['work 8-10']);
});

test('a single item too large for any child fails where there is no own work', () => {
  const { state } = underWay({ ownWork: false, items: 1 });
  const error = { name: 'PayloadTooLargeError', message: 'too large' };
  assert.deepEqual(shown(after(state, { kind: 'too-large', lane: 0, error }).moves), [
    'fail 0-1: too large',
    'finish',
  ]);
});

test('a range met by another version is put back, and all further calls are pinned', () => {
  const { state, moves } = after(underWay().state, { kind: 'skewed', lane: 0 });
  assert.deepEqual(shown(moves), ['invoke 0: 8-12 pinned']);
  assert.equal(state.pinned, true);
});

test('a pinned call that still meets another version is an attempt, so that it cannot go on for ever', () => {
  const { moves } = afterAll(
    underWay({ items: 4, ownWork: false, lanes: one }).state,
    { kind: 'skewed', lane: 0 },
    { kind: 'skewed', lane: 0 },
    { kind: 'skewed', lane: 0 },
    { kind: 'skewed', lane: 0 },
  );
  assert.deepEqual(shown(moves), ['fail 0-4: lost', 'finish']);
});

test('a refused call switches fan-out off: own work does the rest', () => {
  const { state, moves } = after(underWay().state, { kind: 'refused', lane: 0 });
  assert.deepEqual(shown(moves), []);
  const rest = afterAll(state, { kind: 'answered', lane: 1 }, { kind: 'worked', start: 0 });
  assert.deepEqual(shown(rest.moves), ['work 8-12']);
});

const broken = { name: 'ChildInvocationError', message: 'no such handler' };

test('a failed child fails its range, and nothing else', () => {
  const { state, moves } = after(underWay().state, { kind: 'failed', lane: 0, error: broken });
  assert.deepEqual(shown(moves), ['fail 8-12: no such handler']);
  assert.deepEqual(state.queue, []);
});

/** Answers whatever is out with the same failure, in turn, until the batch is over. Says how many calls that took. */
const failAll = (begun: Step, kind: 'failed' | 'crashed'): { calls: number; moves: readonly Move[] } => {
  let { state } = begun;
  const moves = [...begun.moves];
  for (;;) {
    const lane = state.lanes.findIndex(({ busy }) => busy);
    if (lane < 0) return { calls: moves.filter((move) => move.kind === 'invoke').length, moves };
    const next = after(state, { kind, lane, error: broken });
    state = next.state;
    moves.push(...next.moves);
  }
};

const callerOf = (lanes: number) =>
  underWay({
    items: 10_000,
    ownWork: false,
    maxLanes: lanes,
    lanes: Array.from({ length: lanes }, () => ({ slots: 10, chunk: 40 })),
  });

for (const kind of ['failed', 'crashed'] as const) {
  test(`a function of which every child has ${kind} ends the batch after 2 calls a lane, with that error`, () => {
    for (const lanes of [1, 2, 3, 10, 40]) {
      const { calls, moves } = failAll(callerOf(lanes), kind);
      assert.equal(calls, 2 * lanes);
      const failed = moves.flatMap((move) => (move.kind === 'fail' ? [move] : []));
      assert.equal(
        failed.reduce((sum, { range }) => sum + range.end - range.start, 0),
        10_000,
      );
      assert.ok(failed.every(({ error }) => error.message === 'no such handler'));
      assert.equal(moves.at(-1)?.kind, 'finish');
    }
  });
}

test('a batch that needs one lane of ten has three single items to show that the function can answer', () => {
  const begun = underWay({ items: 8, ownWork: false, maxLanes: 10, lanes: [{ slots: 10, chunk: 8 }] });
  assert.equal(failAll(begun, 'crashed').calls, 4);
});

test('what is tried next has not been in a call that crashed, where there is any such item', () => {
  const { moves } = after(callerOf(1).state, { kind: 'crashed', lane: 0 });
  assert.deepEqual(shown(moves), ['invoke 0: 40-41']);
});

test('one child that answers is enough: then only what crashes is narrowed down', () => {
  const begun = callerOf(3);
  const first = afterAll(begun.state, { kind: 'crashed', lane: 0 }, { kind: 'crashed', lane: 1 });
  // the last lane to crash is given a single item to see if anything can be answered
  assert.deepEqual(shown(first.moves), ['invoke 1: 121-122']);
  const { state } = after(first.state, { kind: 'answered', lane: 1 });
  const { calls } = failAll({ state, moves: [] }, 'crashed');
  assert.ok(calls > 100, `${calls} calls`);
});

test('ten throttles of one burst are one: half of the lanes stay open, and there is one wait', () => {
  const lanes = Array.from({ length: 20 }, () => ({ slots: 1, chunk: 4 }));
  const { state } = underWay({ items: 400, ownWork: false, lanes });
  const burst = Array.from({ length: 10 }, (_, lane): Told => ({ kind: 'throttled', lane, nowMs: lane }));
  const { congestion } = afterAll(state, ...burst).state;
  assert.deepEqual([congestion.openLanes, congestion.bursts, congestion.notBeforeMs], [10, 1, 100]);
});

test('what a child gives back undone goes to another child', () => {
  const { state } = underWay();
  const [piece] = after(state, { kind: 'crashed', lane: 0 }).state.queue;
  assert.ok(piece);
  const undone = [{ ...piece, start: 9, end: 10 }];
  assert.deepEqual(shown(after(state, { kind: 'answered', lane: 0, undone }).moves), [
    'invoke 0: 9-10 attempt 1',
  ]);
});

test('an invocation that only waits for a child gives its slot back to its parent', () => {
  const { state } = underWay({ hasParent: true, items: 8, lanes: [{ slots: 1, chunk: 4 }] });
  const { moves } = afterAll(
    state,
    { kind: 'worked', start: 0 },
    { kind: 'crashed', lane: 0, error: crash },
    { kind: 'throttled', lane: 0 },
    { kind: 'woke', nowMs: 100 },
    { kind: 'throttled', lane: 0, nowMs: 100 },
    { kind: 'woke', nowMs: 300 },
    { kind: 'throttled', lane: 0, nowMs: 300 },
  );
  assert.deepEqual(shown(moves), ['give back 4-6', 'give back 6-8', 'finish']);
});

test('when a round no longer keeps own work busy the next one starts, and never a third', () => {
  const { state } = planned(40, 2);
  const second = after(state, { kind: 'ready', start: 0 });
  assert.deepEqual(shown(second.moves), ['work 4-8']);
  assert.deepEqual(shown(after(second.state, { kind: 'ready', start: 0 }).moves), []);
  const third = after(second.state, { kind: 'ready', start: 4 });
  assert.deepEqual(shown(third.moves), []);
  assert.deepEqual(shown(after(third.state, { kind: 'worked', start: 0 }).moves), ['work 8-12']);
});

test('once stopped the queue is drained, nothing starts, and the last to settle finishes', () => {
  const { state, moves } = after(underWay({ items: 40 }).state, { kind: 'stopped' });
  assert.deepEqual(shown(moves), []);
  assert.deepEqual(state.queue, []);
  const settled = afterAll(
    state,
    { kind: 'throttled', lane: 0 },
    { kind: 'worked', start: 0 },
    { kind: 'lane-settled', lane: 1 },
  );
  assert.deepEqual(shown(settled.moves), ['finish']);
});

test('an event of a lane that has nothing out changes nothing', () => {
  const { state } = after(underWay().state, { kind: 'answered', lane: 0 });
  const again = after(state, { kind: 'crashed', lane: 0 });
  assert.deepEqual(again, { state, moves: [] });
});

test('a place that can have no children fails what nobody takes, saying which items', () => {
  const { moves } = underWay({ ownWork: false, lanes: [], items: 3 });
  assert.deepEqual(shown(moves), [
    'fail 0-3: Expected a child to take items 0 to 2, but no child can be had from here.',
    'finish',
  ]);
});

const fresh = (start: number, end: number) => ({
  start,
  end,
  attempt: 0,
  quarantined: false,
  soloCrashes: 0,
  local: false,
});

test('what a child had no time for goes to another child, and is no try where something was done', () => {
  const { state } = underWay({ ownWork: false, items: 4, lanes: one });
  const { moves } = after(state, { kind: 'answered', undone: [fresh(1, 4)] });
  assert.deepEqual(shown(moves), ['invoke 0: 1-4']);
  const again = afterAll(
    state,
    { kind: 'answered', undone: [fresh(1, 4)] },
    { kind: 'answered', undone: [fresh(2, 4)] },
    { kind: 'answered', undone: [fresh(3, 4)] },
  );
  assert.deepEqual(shown(again.moves), ['invoke 0: 3-4'], 'one item at a time, for as long as it takes');
});

test('a chunk of which nothing was done counts as a try', () => {
  const { state } = underWay({ ownWork: false, items: 4, lanes: one });
  const { moves } = after(state, { kind: 'answered', undone: [fresh(0, 2), fresh(2, 4)] });
  assert.deepEqual(shown(moves), ['invoke 0: 0-2 attempt 1']);
});

test('progress keeps the tries there were before', () => {
  const { moves } = afterAll(
    underWay({ ownWork: false, items: 4, lanes: one }).state,
    { kind: 'answered', undone: [fresh(0, 4)] },
    { kind: 'answered', undone: [fresh(2, 4)] },
  );
  assert.deepEqual(shown(moves), ['invoke 0: 2-4 attempt 1']);
});

test('after three children that had no time for it own work takes the range, and without own work it fails', () => {
  const late = [4, 4, 4].map((start) => ({ kind: 'answered', undone: [fresh(start, 8)] }) as const);
  const ownWork = afterAll(underWay({ items: 8, lanes: one }).state, ...late);
  assert.deepEqual(shown(ownWork.moves), []);
  assert.deepEqual(shown(after(ownWork.state, { kind: 'worked', start: 0 }).moves), ['work 4-8']);

  const none = afterAll(
    underWay({ ownWork: false, items: 4, lanes: one }).state,
    ...late.map((told) => ({ ...told, undone: [fresh(0, 4)] })),
  );
  assert.deepEqual(shown(none.moves), [
    'fail 0-4: Not done within the time-out of the function, in as many tries as it has.',
    'finish',
  ]);
});

test('without own work lanes take from the front, so that answers can come in order', () => {
  const { moves } = underWay({ ownWork: false });
  assert.deepEqual(shown(moves), ['invoke 0: 0-4', 'invoke 1: 4-8']);
});

test('a lane that comes back takes no more than its share of what is left', () => {
  const lanes = [1, 1].map((slots) => ({ slots, chunk: 40 }));
  const { state, moves } = underWay({ items: 104, lanes });
  assert.deepEqual(shown(moves), ['invoke 0: 64-104', 'invoke 1: 24-64', 'work 0-4']);
  assert.deepEqual(shown(after(state, { kind: 'answered', lane: 0 }).moves), ['invoke 0: 14-24']);
});
