import assert from 'node:assert/strict';
import { test } from 'node:test';
import { connectJobs } from '../../client/index.ts';
import { jobStarter } from '../../client/job.ts';
import type { CallOutcome, Clock } from '../../engine/index.ts';

/** A clock whose time passes at once. */
const hasty: Clock = {
  now: () => 0,
  random: () => 0,
  at: (_, callback) => {
    queueMicrotask(callback);
    return () => {};
  },
};

const replied = (statusCode: number, body: unknown): CallOutcome => ({
  kind: 'replied',
  payload: JSON.stringify({ statusCode, headers: {}, body: JSON.stringify(body) }),
});

const done = replied(200, { id: 'job', state: 'done' });
const broken = replied(500, { name: 'InternalError', detail: 'Something failed inside the function.' });
const lost: CallOutcome = { kind: 'lost', error: { name: 'ChildInvocationError', message: 'cut' } };
const crashed: CallOutcome = { kind: 'crashed', error: { name: 'ChildInvocationError', message: 'ended' } };
const throttled: CallOutcome = { kind: 'throttled', reason: 'ConcurrentInvocationLimitExceeded' };

/** Jobs whose function answers in this way, the last answer for ever, and how often it was asked. */
const answering = (...answers: readonly CallOutcome[]) => {
  const asked = { times: 0 };
  const invoke = async (): Promise<CallOutcome> => {
    asked.times += 1;
    return answers[Math.min(asked.times, answers.length) - 1] ?? done;
  };
  return { jobs: connectJobs({ invoke, clock: hasty }), asked };
};

test('a look at a job that was lost on its way, or met a failure, is taken again', async () => {
  const { jobs, asked } = answering(lost, broken, crashed, done);
  const states: string[] = [];
  for await (const { state } of jobs.watch('job')) states.push(state);
  assert.deepEqual(states, ['done']);
  assert.equal(asked.times, 4);
});

test('what fails for good is told after a few times', async () => {
  const { jobs, asked } = answering(broken);
  await assert.rejects(jobs.cancel('job'), { name: 'InternalError' });
  assert.equal(asked.times, 4);
});

test('what is refused is told at once', async () => {
  const { jobs, asked } = answering(replied(404, { name: 'NotFoundError', detail: 'no such job' }));
  await assert.rejects(jobs.show('job'), { name: 'NotFoundError', message: 'no such job' });
  assert.equal(asked.times, 1);
});

test('a job is started once more only where the first call did not run', async () => {
  const unknown = answering(lost);
  await assert.rejects(unknown.jobs.start({ function: 'classify', items: [] }), { message: 'cut' });
  assert.equal(unknown.asked.times, 1);
  const late = answering(throttled, throttled, replied(202, { id: 'job' }));
  assert.equal(await late.jobs.start({ function: 'classify', items: [] }), 'job');
  assert.equal(late.asked.times, 3);
});

test('a job of several functions is asked for by the name that every stack has for it', async () => {
  const asked: unknown[] = [];
  const start = jobStarter({
    functionName: 'Stack-Orchestrate1A2B',
    invoke: async ({ payload }) => {
      asked.push(JSON.parse(JSON.parse(String(payload)).body));
      return replied(202, { id: 'job' });
    },
    clock: hasty,
  });
  const functions = { labels: 'classify', thumbs: { function: 'thumbnail', options: { size: 75 } } };
  assert.equal(await start(['x'], { options: { slots: 2 }, functions }).id, 'job');
  assert.deepEqual(asked, [{ function: 'orchestrate', functions, options: { slots: 2 }, items: ['x'] }]);
});
