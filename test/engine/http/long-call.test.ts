import assert from 'node:assert/strict';
import { test } from 'node:test';
import { withHttp } from '../../../engine/http/entrance.ts';
import type { HttpReply } from '../../../engine/http/problem.ts';
import { each } from '../../../engine/index.ts';
import { DeadlineExceededError } from '../../../platform/errors.ts';
import { createFakeClock } from '../support/fake-clock.ts';
import { memoryTree } from '../support/memory-tree.ts';
import { functionUrlEvent, httpApiEvent } from './support/events.ts';

const SLOTS = 20;

/** A batch through an entrance. Items take a second of a clock that only the root moves; children wait for their abort. */
const enter = async (
  body: object,
  {
    eventOf = httpApiEvent,
    childrenAnswer = false,
  }: { eventOf?: typeof functionUrlEvent; childrenAnswer?: boolean } = {},
) => {
  const clock = createFakeClock();
  let worked = 0;
  const work = each(
    async (item: number, { path, signal }) => {
      if (path !== '0') {
        return childrenAnswer ? item : new Promise((_, reject) => signal.addEventListener('abort', reject));
      }
      if (item < 0) throw new DeadlineExceededError('Expected the picture within 5 s.');
      clock.advance(1_000);
      worked += 1;
      return item;
    },
    { concurrency: 1 },
  );
  const { handler, context } = memoryTree(work, { clock, shape: { slots: SLOTS } });
  const event = eventOf({ body: JSON.stringify(body) });
  const reply = (await withHttp(handler)(event, context)) as HttpReply;
  return { status: reply.statusCode, body: JSON.parse(reply.body), worked };
};

const upTo = (size: number) => Array.from({ length: size }, (_, index) => index);

test('a batch far longer than the gateway waits is refused by its first items, naming jobs', async () => {
  const { status, body, worked } = await enter({ items: upTo(10_000) });
  assert.equal(status, 504);
  assert.equal(body.name, 'DeadlineExceededError');
  assert.equal(worked, 9);
  assert.deepEqual(body.progress, { items: 10_000, done: 9 });
  assert.equal(body.jobs, '/jobs');
  assert.match(
    body.detail,
    /at least 500 s: 10000 items of 1000 ms on 20 slots\. 9 of 10000 items were done\./,
  );
  assert.match(body.detail, /POST \/jobs .*onError "collect"/);
});

test('a batch that its slots can do in time is answered', async () => {
  const { status, body } = await enter({ items: upTo(400) }, { childrenAnswer: true });
  assert.equal(status, 200);
  assert.equal(body.results.length, 400);
  assert.equal(body.summary.hint, undefined);
});

test('one that is not far beyond has its whole time, and says at its end what was done and how to go on', async () => {
  const { status, body, worked } = await enter({ items: upTo(800) });
  assert.equal(status, 504);
  assert.ok(worked >= 25, `${worked}`);
  assert.equal(body.progress.items, 800);
  assert.ok(body.progress.done >= 25 && body.progress.done <= worked);
  assert.match(body.detail, /^Expected to be done by .* of 800 items were done\. .*POST \/jobs/);
});

test('under collect it has its whole time however long it is, and the summary says how to go on', async () => {
  const { status, body, worked } = await enter({ items: upTo(10_000), options: { onError: 'collect' } });
  assert.equal(status, 200);
  assert.ok(worked >= 25, `${worked}`);
  assert.ok(body.summary.succeeded >= 25);
  assert.equal(typeof body.summary.resume, 'string');
  assert.match(body.summary.hint, /POST \/jobs/);
});

test('a caller without a gateway has the time of the function', async () => {
  const { status, body, worked } = await enter({ items: upTo(10_000) }, { eventOf: functionUrlEvent });
  assert.equal(status, 504);
  assert.ok(worked >= 59, `${worked}`);
  assert.equal(body.jobs, undefined);
});

test("an item's own missed deadline is raised as it is", async () => {
  const { status, body } = await enter({ items: [-1, ...upTo(800)] });
  assert.equal(status, 504);
  assert.equal(body.detail, 'Expected the picture within 5 s.');
  assert.equal(body.progress, undefined);
});
