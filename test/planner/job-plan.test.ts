import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { planReport } from '../../planner/index.ts';

const jobOf = (asked: Parameters<typeof planReport>[0]) => {
  const { job, plan } = planReport({ ...asked, job: true }).json;
  assert.ok(job);
  return { job, plan };
};

test('ten million items are one execution with a short history, whatever their number of runs', () => {
  const { job, plan } = jobOf({ items: 10_000_000 });
  assert.equal(job.executions, 1);
  assert.equal(job.runs, Math.ceil(plan.warm.wallMs / (900_000 - 1_500)));
  assert.ok(job.historyEvents < 25_000 / 100);
  assert.ok(job.transitions < 100);
  assert.ok(job.dollars > plan.warm.dollars && job.dollars < 1.01 * plan.warm.dollars);
  assert.ok(job.wallMs > plan.warm.wallMs);
});

test('it is there only where it was asked for, and then the time-out is no caution', () => {
  const asked = { items: 1_000_000 };
  assert.equal(planReport(asked).json.job, undefined);
  assert.match(planReport(asked).text, /its time-out is 900 s: a job outlives it/);
  assert.doesNotMatch(planReport({ ...asked, job: true }).text, /its time-out is/);
});

test('every job of a plan ends with all its items, in as many runs as their time takes', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 0, max: 2_000 }),
      fc.integer({ min: 1, max: 300 }),
      fc.integer({ min: 2_000, max: 900_000 }),
      (items, slots, timeoutMs) => {
        const { job, plan } = jobOf({ items, slots, timeoutMs });
        const atLeast = items === 0 ? 0 : Math.ceil(plan.warm.wallMs / (timeoutMs - 1_500));
        assert.ok(job.runs >= atLeast && job.runs <= 2 * atLeast + 1, `${job.runs} of ${atLeast}`);
        assert.equal(job.transitions, 3 * (job.runs + 1));
      },
    ),
    { numRuns: 10 },
  );
});
