import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import fc from 'fast-check';
import { createCallPool } from '../../client/call-pool.ts';
import { mapInWindows } from '../../client/map.ts';
import type { MapInput, WindowRun } from '../../client/map-input.ts';
import { shareSlots } from '../../client/shares.ts';
import type { CallOutcome, Invoke } from '../../engine/child/ports.ts';
import { planInvocation } from '../../engine/policy/plan.ts';
import { createFakeClock } from '../engine/support/fake-clock.ts';

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

const limits = { items: 3, bytes: 1_000_000, lingerMs: 50 };

const mapping = (input: Partial<MapInput<unknown>> & Pick<MapInput<unknown>, 'items' | 'runWindow'>) =>
  mapInWindows({ onError: 'collect', limits, clock: createFakeClock(), ...input });

const numbers = (size: number) => Array.from({ length: size }, (_, n) => n);

/** Answers every item of a window with itself, after as many turns and in the order that `chance` says. */
const answering =
  (chance: () => number, seen: unknown[] = []) =>
  async ({ items, onOutcome, onVersion }: WindowRun) => {
    seen.push(...items);
    for (let turns = chance() % 4; turns > 0; turns--) await turn();
    onVersion('1');
    const left = [...items.keys()];
    while (left.length > 0) {
      const [index = 0] = left.splice(chance() % left.length, 1);
      onOutcome(index, { results: items[index] });
      if (chance() % 3 === 0) await turn();
    }
    return { stopped: undefined };
  };

const collect = async <T>(iterable: AsyncIterable<T>): Promise<T[]> => {
  const all: T[] = [];
  for await (const one of iterable) all.push(one);
  return all;
};

/** Windows that stay open until the test answers them. */
const openWindows = () => {
  const windows: (WindowRun & { finish(): void })[] = [];
  const runWindow = (run: WindowRun) =>
    new Promise<{ stopped: Error | undefined }>((resolve) => {
      run.signal.addEventListener('abort', () => resolve({ stopped: run.signal.reason }), { once: true });
      windows.push({
        ...run,
        finish: () => {
          run.onVersion('1');
          for (const [index, item] of run.items.entries()) run.onOutcome(index, { results: item });
          resolve({ stopped: undefined });
        },
      });
    });
  return { windows, runWindow };
};

suite('a map in windows', () => {
  test('answers every item exactly once and in order, however long its windows and late its answers', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.nat(60),
        fc.integer({ min: 1, max: 20 }),
        fc.boolean(),
        fc.infiniteStream(fc.nat(1_000)),
        async (size, window, lazily, stream) => {
          const seen: unknown[] = [];
          const chance = () => stream.next().value ?? 0;
          const source = async function* () {
            for (const n of numbers(size)) {
              if (chance() % 5 === 0) await turn();
              yield n;
            }
          };
          const answers = await collect(
            mapping({
              items: lazily ? source() : numbers(size),
              runWindow: answering(chance, seen),
              limits: { ...limits, items: window },
            }),
          );
          assert.deepEqual(
            answers,
            numbers(size).map((n) => ({ item: n, outcome: { results: n } })),
          );
          assert.deepEqual(seen, numbers(size));
        },
      ),
      { numRuns: 100 },
    );
  });

  test('reads no further than three windows ahead of its reader, though the input never ends', async () => {
    let read = 0;
    const source = (function* () {
      while (true) yield read++;
    })();
    const run = mapping({ items: source, runWindow: answering(() => 1) });
    for (let n = 0; n < 100; n++) {
      assert.equal((await run.next()).value?.item, n);
      await turn();
      assert.ok(read <= n + 3 * limits.items + 1, `${read} read at ${n}`);
    }
    await run.return();
    assert.equal(source.next().done, true);
  });

  test('begins the second window when the first has told its version, and holds all others to it', async () => {
    const { windows, runWindow } = openWindows();
    const run = mapping({ items: numbers(12), runWindow });
    const first = run.next();
    await turn();
    assert.equal(windows.length, 1);
    windows[0]?.onVersion('7');
    await turn();
    assert.deepEqual(
      windows.map(({ version, items }) => [version, items]),
      [
        [undefined, [0, 1, 2]],
        ['7', [3, 4, 5]],
        ['7', [6, 7, 8]],
      ],
    );
    windows[0]?.finish();
    assert.equal((await first).value?.item, 0);
    await run.return();
  });

  test('goes on without a version where no window has one to tell', async () => {
    const answers = await collect(
      mapping({
        items: numbers(9),
        runWindow: async ({ items, onOutcome }) => {
          for (const index of items.keys()) onOutcome(index, { error: { name: 'E', message: 'no' } });
          return { stopped: undefined };
        },
      }),
    );
    assert.equal(answers.length, 9);
  });

  test('under raise throws the first error, after all windows have been stopped', async () => {
    const { windows, runWindow } = openWindows();
    const run = mapping({ items: numbers(100), runWindow, onError: 'raise' });
    const first = assert.rejects(run.next(), { name: 'QuotaError', message: 'spent' });
    await turn();
    windows[0]?.onVersion('1');
    await turn();
    windows[1]?.onOutcome(1, { error: { name: 'QuotaError', message: 'spent' } });
    await first;
    assert.deepEqual(
      windows.map(({ signal }) => signal.aborted),
      [true, true, true],
    );
  });

  test('ends with the reason of its signal, before it begins and in the middle', async () => {
    const { windows, runWindow } = openWindows();
    const controller = new AbortController();
    const run = mapping({ items: numbers(9), runWindow, signal: controller.signal });
    const first = assert.rejects(run.next(), { message: 'Ctrl-C' });
    await turn();
    controller.abort(new Error('Ctrl-C'));
    await first;
    assert.equal(windows[0]?.signal.aborted, true);
    const late = mapping({ items: numbers(9), runWindow, signal: controller.signal });
    await assert.rejects(late.next(), { message: 'Ctrl-C' });
    assert.equal(windows.length, 1);
  });

  test('stops its windows and closes its input when the reader leaves', async () => {
    const { windows, runWindow } = openWindows();
    let closed = false;
    const source = (async function* () {
      try {
        for (const n of numbers(100)) yield n;
      } finally {
        closed = true;
      }
    })();
    const run = mapping({ items: source, runWindow });
    const first = run.next();
    await turn();
    windows[0]?.onVersion('1');
    windows[0]?.onOutcome(0, { results: 0 });
    assert.equal((await first).value?.item, 0);
    await run.return();
    assert.ok(closed);
    assert.ok(windows.every(({ signal }) => signal.aborted));
  });

  test('does not wait for an input that never comes when the reader leaves', async () => {
    const source = (async function* () {
      yield 0;
      await new Promise(() => {});
    })();
    const clock = createFakeClock();
    const run = mapping({ items: source, runWindow: answering(() => 1), clock });
    const first = run.next();
    await turn();
    clock.advance(limits.lingerMs);
    assert.equal((await first).value?.item, 0);
    await run.return();
  });

  test('throws what its input throws', async () => {
    const source = (function* () {
      yield 1;
      throw new RangeError('unreadable');
    })();
    await assert.rejects(collect(mapping({ items: source, runWindow: answering(() => 1) })), {
      message: 'unreadable',
    });
  });

  test('throws what its observer throws', async () => {
    const onProgress = () => {
      throw new RangeError('disk full');
    };
    const run = mapping({ items: numbers(9), runWindow: answering(() => 1), onProgress });
    await assert.rejects(collect(run), { message: 'disk full' });
  });

  test('tells how far it is, and of how many where that is known', async () => {
    const told: unknown[] = [];
    const onProgress = (progress: unknown) => told.push(progress);
    const runWindow = answering(() => 1);
    await collect(mapping({ items: numbers(4), runWindow, onProgress, limits: { ...limits, items: 4 } }));
    assert.deepEqual(told.at(-1), { read: 4, answered: 4, failed: 0, total: 4 });
    await collect(mapping({ items: new Set([1]).values(), runWindow, onProgress }));
    assert.deepEqual(told.at(-1), { read: 1, answered: 1, failed: 0, total: undefined });
  });

  test('answers what is not done at the deadline with that, under collect', async () => {
    const late = Object.assign(new Error('late'), { name: 'DeadlineExceededError' });
    const runWindow = async ({ onOutcome }: WindowRun) => {
      onOutcome(0, { results: 'in time' });
      return { stopped: late, late: true };
    };
    const answers = await collect(mapping({ items: numbers(3), runWindow }));
    assert.deepEqual(
      answers.map(({ outcome }) => ('error' in outcome ? outcome.error.name : outcome.results)),
      ['in time', 'DeadlineExceededError', 'DeadlineExceededError'],
    );
    const raised = mapping({ items: numbers(3), runWindow, onError: 'raise' });
    await assert.rejects(collect(raised), { message: 'late' });
  });

  test('cuts windows by bytes too, and gives an item above the limit one of its own', async () => {
    const sizes: number[] = [];
    await collect(
      mapping({
        items: ['a'.repeat(40), 'b'.repeat(40), 'c'.repeat(200), 'd', 'e'],
        limits: { items: 10, bytes: 100, lingerMs: 50 },
        runWindow: async (run) => {
          sizes.push(run.items.length);
          return answering(() => 1)(run);
        },
      }),
    );
    assert.deepEqual(sizes, [2, 1, 2]);
  });

  test('sends what it has when its input pauses', async () => {
    const clock = createFakeClock();
    const gate = Promise.withResolvers<void>();
    const { windows, runWindow } = openWindows();
    const source = (async function* () {
      yield 'early';
      await gate.promise;
      yield 'late';
    })();
    const run = mapping({ items: source, runWindow, clock });
    const first = run.next();
    await turn();
    assert.equal(windows.length, 0);
    clock.advance(limits.lingerMs);
    await turn();
    assert.deepEqual(windows[0]?.items, ['early']);
    windows[0]?.finish();
    assert.equal((await first).value?.item, 'early');
    gate.resolve();
    const second = run.next();
    await turn();
    windows[1]?.finish();
    assert.equal((await second).value?.item, 'late');
    assert.equal((await run.next()).done, true);
  });
});

test('batches that share slots never have more of them than there are, however short they are', () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 1, max: 400 }), { minLength: 1, maxLength: 4 }),
      fc.integer({ min: 1, max: 10 }),
      fc.integer({ min: 1, max: 12 }),
      fc.integer({ min: 1, max: 100 }),
      (sizes, maxWork, maxLanes, slots) => {
        const shares = shareSlots({ maxWork, maxLanes, slots });
        for (const items of sizes) {
          const shape = { maxWork, maxLanes: shares.calls, slots: shares.slotsOf(items), maxDepth: 8 };
          const { lanes } = planInvocation({ ...shape, items, depth: 0, ownWork: false });
          assert.ok(lanes.length >= 1 && lanes.length <= shares.calls);
          for (const lane of lanes) assert.ok(lane.slots <= shares.slotsPerCall);
        }
        assert.ok(shares.calls * shares.slotsPerCall <= slots);
      },
    ),
  );
});

suite('a pool of calls', () => {
  const call = (target: string, signal = new AbortController().signal) => ({
    target,
    payload: '',
    timeoutMs: 1,
    signal,
  });
  const open: { target: string; end(): void }[] = [];
  const invoke: Invoke = ({ target }) =>
    new Promise<CallOutcome>((resolve) => {
      open.push({ target, end: () => resolve({ kind: 'replied', payload: target }) });
    });

  test('lets so many through, and the rest by priority, then in their order', async () => {
    const pool = createCallPool(2);
    const [late, early] = [pool.share(invoke, 2), pool.share(invoke, 1)];
    const calls = ['a', 'b', 'c', 'd'].map((name) => late(call(name)));
    calls.push(early(call('first')));
    await turn();
    for (let done = 0; done < 5; done++) {
      assert.equal(open.length, Math.min(5, done + 2));
      open[done]?.end();
      await turn();
    }
    assert.deepEqual(
      open.map(({ target }) => target),
      ['a', 'b', 'first', 'c', 'd'],
    );
    await Promise.all(calls);
  });

  test('does not make a call whose signal is aborted while it waits', async () => {
    open.length = 0;
    const pool = createCallPool(1);
    const controller = new AbortController();
    const share = pool.share(invoke);
    const first = share(call('a'));
    const second = share(call('b', controller.signal));
    const third = share(call('c'));
    controller.abort();
    assert.deepEqual(await second, { kind: 'aborted' });
    open[0]?.end();
    await first;
    await turn();
    open[1]?.end();
    assert.deepEqual(await third, { kind: 'replied', payload: 'c' });
  });
});
