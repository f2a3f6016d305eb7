import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { step } from '../../../engine/policy/policy.ts';
import { initialState, type PolicyEvent, type State, type Step } from '../../../engine/policy/state.ts';
import { lostError as error } from '../support/policy.ts';

/** Milliseconds with a fraction that no double holds exactly, so that sums of them are rounded. */
const fractional = (maxMs: number) => fc.nat({ max: maxMs * 997 }).map((n) => n / 997);

/** Instants as fine clocks tell them: near 0, and in epoch milliseconds, where a double has steps of 0.0002. */
const instants = fc
  .tuple(fc.constantFrom(0, 1_763_734_937_000), fractional(5_000))
  .map(([origin, ms]) => origin + ms);

const invocations = fc
  .record({
    items: fc.integer({ min: 1, max: 40 }),
    lanes: fc.array(
      fc.record({ slots: fc.integer({ min: 1, max: 4 }), chunk: fc.integer({ min: 1, max: 12 }) }),
      { maxLength: 6 },
    ),
    rules: fc.record({
      maxWork: fc.integer({ min: 1, max: 8 }),
      ownWork: fc.boolean(),
      maxLanes: fc.integer({ min: 1, max: 12 }),
      maxAttempts: fc.integer({ min: 1, max: 3 }),
      hasParent: fc.boolean(),
      backoff: fc.constant({ baseMs: 100, capMs: 5_000 }),
    }),
  })
  .map(({ items, lanes, rules }) =>
    initialState(items, { own: 0, lanes: lanes.slice(0, rules.maxLanes) }, rules),
  );

/** What may happen next: which event (by a number that is taken modulo the possible ones), and how much later. */
const happenings = fc.array(
  fc.record({
    which: fc.nat(),
    elapsedMs: fractional(400),
    random: fractional(1).map((random) => Math.min(random, 0.999)),
  }),
  { maxLength: 40 },
);

/** Everything that can happen to an invocation, its wake left out. Answers are the likeliest. */
const possible = (state: State, nowMs: number, random: number): readonly PolicyEvent[] => [
  ...state.rounds.flatMap(({ start }): PolicyEvent[] => [
    { kind: 'ready', start, nowMs },
    { kind: 'worked', start, nowMs },
  ]),
  ...state.lanes.flatMap(({ busy }, lane): PolicyEvent[] =>
    busy
      ? [
          ...Array.from({ length: 8 }, (): PolicyEvent => ({ kind: 'answered', lane, nowMs })),
          { kind: 'throttled', lane, nowMs, random },
          { kind: 'lost', lane, nowMs, random, error },
          { kind: 'crashed', lane, nowMs, error },
          { kind: 'too-large', lane, nowMs, error },
          { kind: 'skewed', lane, nowMs, error },
          { kind: 'failed', lane, nowMs, error },
        ]
      : [],
  ),
];

const wakeOf = ({ moves }: Step): number | undefined => moves.find((move) => move.kind === 'wake')?.atMs;

/** Sends an event and checks what a wake that follows from it is good for. */
const checkedStep = (before: State, event: PolicyEvent): Step => {
  const taken = step(before, event);
  const atMs = wakeOf(taken);
  if (atMs === undefined) return taken;
  assert.ok(atMs > event.nowMs, `${event.kind} at ${event.nowMs} asks to be woken at ${atMs}`);
  const woken = step(taken.state, { kind: 'woke', nowMs: atMs });
  assert.ok(
    woken.moves.some(({ kind }) => kind !== 'wake'),
    `woken at ${atMs} as asked at ${event.nowMs}, it does nothing`,
  );
  return taken;
};

test('a wake is later than the event that asks for it, and whoever is woken then does something', () => {
  fc.assert(
    fc.property(invocations, instants, happenings, (begin, startMs, all) => {
      let nowMs = startMs;
      let taken = checkedStep(begin, { kind: 'started', nowMs });
      let wakeMs = wakeOf(taken);
      for (const { which, elapsedMs, random } of all) {
        const laterMs = nowMs + elapsedMs;
        const events = possible(taken.state, laterMs, random);
        const woke: PolicyEvent = { kind: 'woke', nowMs: Math.max(nowMs, wakeMs ?? laterMs) };
        const event = events[which % (events.length + 1)] ?? woke;
        ({ nowMs } = event);
        taken = checkedStep(taken.state, event);
        // a later wake replaces an earlier one, and no wake leaves it in place
        wakeMs = wakeOf(taken) ?? (event === woke ? undefined : wakeMs);
      }
    }),
    { numRuns: 10_000 },
  );
});
