import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { each, type ItemContext } from '../../engine/each.ts';
import type { Outcome } from '../../engine/policy/outcome.ts';
import { turn } from './support/driven.ts';

const contextOf = (signal = new AbortController().signal) => {
  const reports: (readonly [number, Outcome<unknown>])[] = [];
  const readies: number[] = [];
  return {
    reports,
    readies,
    context: {
      signal,
      deadline: 0,
      path: '0',
      options: {},
      identify: () => {},
      report: (index: number, outcome: Outcome<unknown>) => reports.push([index, outcome]),
      ready: () => readies.push(reports.length),
    },
  };
};

/** An outcome without the time its item waited, which is a number that every receipt has. */
const timeless = (outcome: Outcome<unknown> | undefined) => {
  const { queueMs, ...receipt } = outcome?.receipt ?? {};
  assert.equal(typeof queueMs, 'number');
  return { ...outcome, receipt };
};

/** Work that waits, item by item, until the test lets it go. */
const gated = (concurrency: number) => {
  const waiting = new Map<number, () => void>();
  const work = each(
    (item: number) => new Promise<string>((resolve) => waiting.set(item, () => resolve(`done ${item}`))),
    { concurrency },
  );
  return { work, waiting };
};

test('outcomes stand in the order of the items, whoever is first', async () => {
  const { work, waiting } = gated(3);
  const outcomes = work([0, 1, 2], contextOf().context);
  await turn();
  for (const item of [2, 0, 1]) waiting.get(item)?.();
  assert.deepEqual(
    (await outcomes).map((outcome) => outcome && 'results' in outcome && outcome.results),
    ['done 0', 'done 1', 'done 2'],
  );
});

test('never more items are under way than its concurrency, and always as many', async () => {
  const { work, waiting } = gated(3);
  const outcomes = work([0, 1, 2, 3, 4], contextOf().context);
  await turn();
  assert.deepEqual([...waiting.keys()], [0, 1, 2]);
  waiting.get(1)?.();
  await turn();
  assert.deepEqual([...waiting.keys()], [0, 1, 2, 3]);
  for (const [, letGo] of waiting) letGo();
  await turn();
  waiting.get(4)?.();
  assert.equal((await outcomes).length, 5);
});

test('an error of one item is its own outcome', async () => {
  const work = each((item: number) => {
    if (item === 1) throw new RangeError(`no ${item}`);
    return item;
  });
  const outcomes = await work([0, 1, 2], contextOf().context);
  assert.deepEqual(outcomes.map(timeless), [
    { results: 0, receipt: {} },
    { error: { name: 'RangeError', message: 'no 1' }, receipt: {} },
    { results: 2, receipt: {} },
  ]);
});

test('every outcome is reported as soon as it is known', async () => {
  const { work, waiting } = gated(2);
  const { context, reports } = contextOf();
  const outcomes = work([0, 1], context);
  await turn();
  waiting.get(1)?.();
  await turn();
  assert.deepEqual(
    reports.map(([index, outcome]) => [index, timeless(outcome)]),
    [[1, { results: 'done 1', receipt: {} }]],
  );
  waiting.get(0)?.();
  await outcomes;
});

test('measures are noted on the receipt of their item only', async () => {
  const work = each((item: number, { note }: ItemContext<unknown>) => note('twice', 2 * item));
  const outcomes = await work([1, 2], contextOf().context);
  assert.deepEqual(
    outcomes.map((outcome) => timeless(outcome).receipt),
    [{ twice: 2 }, { twice: 4 }],
  );
});

test('items not begun when the signal is aborted are pending, and never begin', async () => {
  const controller = new AbortController();
  const { work, waiting } = gated(1);
  const outcomes = work([0, 1, 2], contextOf(controller.signal).context);
  await turn();
  controller.abort(new Error('stop'));
  waiting.get(0)?.();
  const [first, ...others] = await outcomes;
  assert.deepEqual(timeless(first), { results: 'done 0', receipt: {} });
  assert.deepEqual(others, [undefined, undefined]);
  assert.equal(waiting.size, 1);
});

test('whatever an item makes of the abort, it is pending', async () => {
  const controller = new AbortController();
  const work = each((_: number, { signal }: ItemContext<unknown>) => {
    controller.abort(new Error('stop'));
    throw new TypeError(`socket closed, ${signal.aborted}`);
  });
  assert.deepEqual(await work([0], contextOf(controller.signal).context), [undefined]);
});

test('it says ready exactly once, when no item waits and half of its places are free', async () => {
  const sizes = fc.integer({ min: 1, max: 20 });
  await fc.assert(
    fc.asyncProperty(sizes, sizes, fc.infiniteStream(fc.nat()), async (items, concurrency, choices) => {
      const { work, waiting } = gated(concurrency);
      const { context, readies } = contextOf();
      const outcomes = work(
        Array.from({ length: items }, (_, index) => index),
        context,
      );
      await turn();
      for (const choice of choices) {
        const [letGo] = [...waiting.entries()].slice(choice % Math.max(1, waiting.size));
        if (!letGo) break;
        waiting.delete(letGo[0]);
        letGo[1]();
        await turn();
      }
      await outcomes;
      assert.deepEqual(readies, [items - Math.floor(Math.min(items, concurrency) / 2)]);
    }),
    { numRuns: 50 },
  );
});
