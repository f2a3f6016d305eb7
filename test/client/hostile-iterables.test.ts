import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { mapInWindows } from '../../client/map.ts';
import type { WindowRun } from '../../client/map-input.ts';
import { createFakeClock } from '../engine/support/fake-clock.ts';
import { echo } from './support/echo.ts';

setFlagsFromString('--expose-gc');
const collectGarbage: () => void = runInNewContext('gc');

/** An input that says whether it has been closed, and how much of it was read. */
const watched = (
  next: (n: number) => IteratorResult<unknown> | Promise<IteratorResult<unknown>>,
  isAsync = true,
) => {
  const seen = { read: 0, closed: 0 };
  const iterator = {
    next: () => next(seen.read++),
    return: () => {
      seen.closed += 1;
      return { done: true, value: undefined };
    },
  };
  const items = isAsync ? { [Symbol.asyncIterator]: () => iterator } : { [Symbol.iterator]: () => iterator };
  return { items: items as unknown as AsyncIterable<unknown>, seen };
};

const value = (n: number) => ({ done: false, value: n });

/** Items of the longest input: `ITEMS_FACTOR=50` makes it ten million. */
const LONG = 200_000 * Number(process.env.ITEMS_FACTOR ?? 1);

const never = new Promise<never>(() => {});

const limit = { timeout: 60_000 };

suite('a map over an input', () => {
  test('that is empty gives nothing, and calls nobody', limit, async () => {
    const { map, sent } = echo();
    for (const empty of [
      [],
      new Set(),
      (function* () {})(),
      (async function* () {})(),
      '' as Iterable<string>,
    ]) {
      assert.deepEqual(await map(empty).all(), []);
    }
    assert.deepEqual(sent, []);
  });

  for (const isAsync of [false, true]) {
    const kind = isAsync ? 'asynchronous' : 'synchronous';
    test(`that throws in the middle ends with that, ${kind}`, limit, async () => {
      const { map, open } = echo({ turns: 3 });
      const { items, seen } = watched((n) => {
        if (n < 5_000) return value(n);
        throw new RangeError('line 5,001 is unreadable');
      }, isAsync);
      await assert.rejects(map(items, { onError: 'collect' }).all(), { message: 'line 5,001 is unreadable' });
      assert.equal(seen.closed, 0, 'what has thrown has ended, and is not closed');
      assert.equal(open(), 0, 'nothing is left under way');
    });

    test(
      `that never ends is read no further than its reader, and closed when that leaves, ${kind}`,
      limit,
      async () => {
        const { map, open } = echo();
        const { items, seen } = watched(value, isAsync);
        let taken = 0;
        for await (const result of map(items, { windowItems: 10 })) {
          assert.equal(result, taken);
          taken += 1;
          if (taken === 500) break;
        }
        assert.ok(seen.read <= 500 + 3 * 10 + 1, `${seen.read} read`);
        assert.deepEqual([seen.closed, open()], [1, 0]);
      },
    );
  }

  test('that rejects, or whose iterator cannot be made, ends with that', limit, async () => {
    const { map } = echo();
    const rejecting = watched(() => Promise.reject(new RangeError('gone')));
    await assert.rejects(map(rejecting.items).all(), { message: 'gone' });
    const unmade = {
      [Symbol.asyncIterator]: () => {
        throw new RangeError('no iterator');
      },
    };
    await assert.rejects(map(5 as unknown as number[]).all(), {
      name: 'InvalidRequestError',
      message: 'Expected items that can be iterated, received number',
    });
    await assert.rejects(map(unmade as unknown as AsyncIterable<unknown>).all(), { message: 'no iterator' });
  });

  test('that comes one item at a time sends each without waiting for others', limit, async () => {
    const clock = createFakeClock();
    const sizes: number[] = [];
    const gates = Array.from({ length: 4 }, () => Promise.withResolvers<void>());
    const { items, seen } = watched(async (n) => {
      await gates[n]?.promise;
      return n < 3 ? value(n) : { done: true, value: undefined };
    });
    const run = mapInWindows({
      items,
      onError: 'raise',
      clock,
      limits: { items: 100, bytes: 1_000, lingerMs: 50 },
      runWindow: async ({ items: given, onOutcome, onVersion }: WindowRun) => {
        sizes.push(given.length);
        onVersion('1');
        for (const [index, item] of given.entries()) onOutcome(index, { results: item });
        return { stopped: undefined };
      },
    });
    for (let n = 0; n < 3; n++) {
      const next = run.next();
      gates[n]?.resolve();
      await new Promise(setImmediate);
      clock.advance(50);
      assert.equal((await next).value?.item, n);
    }
    gates[3]?.resolve();
    assert.equal((await run.next()).done, true);
    assert.deepEqual(sizes, [1, 1, 1]);
    assert.equal(seen.closed, 0);
  });

  test('that never settles ends with the signal, and is told', limit, async () => {
    const { map } = echo();
    const { items, seen } = watched((n) => (n < 3 ? value(n) : never));
    const controller = new AbortController();
    const results: unknown[] = [];
    await assert.rejects(
      async () => {
        for await (const result of map(items, { signal: controller.signal })) {
          results.push(result);
          if (results.length === 3) controller.abort(new Error('enough of this'));
        }
      },
      { message: 'enough of this' },
    );
    assert.deepEqual([results, seen.closed], [[0, 1, 2], 1]);
  });

  test(
    'that never settles, or never ends, ends with the deadline, after what was read of it',
    limit,
    async () => {
      for (const next of [(n: number) => (n < 3 ? value(n) : never), value]) {
        const { map } = echo();
        const { items, seen } = watched(next);
        const results: unknown[] = [];
        await assert.rejects(
          async () => {
            const deadline = Date.now() + 2_000;
            for await (const one of map(items, { onError: 'collect', deadline, windowItems: 10 })) {
              results.push(one);
              // a reader that takes its time: what was read before the deadline is still answered after it
              if (results.length > 3) await new Promise((resolve) => setTimeout(resolve, 20));
            }
          },
          {
            name: 'DeadlineExceededError',
            message: /Expected the input to end by .* received \d+ items and no end/,
          },
        );
        assert.ok(results.length >= 3);
        assert.equal(seen.closed, 1);
      }
    },
  );

  test(
    'whose end fails does not hide why it was ended, and is told where nothing else is',
    limit,
    async () => {
      const failing = () => ({
        ...value(1),
        [Symbol.asyncIterator]: () => ({
          next: async () => value(1),
          return: () => {
            throw new RangeError('cannot be closed');
          },
        }),
      });
      const { map } = echo({ isBad: () => true });
      await assert.rejects(map(failing()).all(), { name: 'TypeError', message: 'no 1' });
      const left = async () => {
        for await (const _ of echo().map(failing(), { windowItems: 1 })) {
          // until it has read ahead as far as it may: an input that is asked for an item is not waited for
          for (let turn = 0; turn < 20; turn++) await new Promise(setImmediate);
          break;
        }
      };
      await assert.rejects(left, { message: 'cannot be closed' });
    },
  );

  test('whose end never settles keeps nobody', limit, async () => {
    const { map } = echo({ isBad: () => true });
    const items = { [Symbol.asyncIterator]: () => ({ next: async () => value(1), return: () => never }) };
    await assert.rejects(map(items as unknown as AsyncIterable<unknown>).all(), { message: 'no 1' });
  });

  test(
    'with items that JSON cannot carry answers each of them by its error, and all others',
    limit,
    async () => {
      const circular: Record<string, unknown> = {};
      circular.self = circular;
      const bad = [
        1n,
        circular,
        undefined,
        () => 1,
        Symbol('s'),
        { toJSON: () => assert.fail('unwritable') },
      ];
      const items = Array.from({ length: 600 }, (_, n) => (n % 100 === 50 ? bad[Math.floor(n / 100)] : n));
      const { map, sent } = echo();
      const settled = await map(items, { onError: 'collect' }).all();
      settled.forEach((one, n) => {
        if (n % 100 !== 50) assert.ok('results' in one && one.results === n, `item ${n}`);
        else assert.ok('error' in one && /that JSON can carry/.test(one.error.message), `item ${n}`);
      });
      assert.equal(sent.length, 594);
      await assert.rejects(echo().map(items).all(), { name: 'InvalidRequestError' });
    },
  );

  test(`of ${LONG} items keeps its memory flat`, { timeout: 2_400_000 }, async (t) => {
    const { map, sent } = echo({ shape: { maxWork: 500 } });
    const usedBytes = () => {
      collectGarbage();
      return process.memoryUsage().heapUsed;
    };
    const source = function* () {
      for (let n = 0; n < LONG; n++) yield n;
    };
    const used: number[] = [];
    let taken = 0;
    for await (const result of map(source(), { windowItems: 5_000 })) {
      assert.equal(result, taken);
      taken += 1;
      sent.length = 0;
      if (taken % (LONG / 10) === 0) used.push(usedBytes());
    }
    assert.equal(taken, LONG);
    t.diagnostic(
      `heap in MB after every tenth: ${used.map((bytes) => (bytes / 2 ** 20).toFixed(1)).join(' ')}`,
    );
    const [first = 0, ...later] = used;
    assert.ok(Math.max(...later) < first + 8 * 2 ** 20, 'no more than 8 MB above that after the first tenth');
  });
});
