import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { createLines } from '../../../engine/invocation/lines.ts';

/** Places 0 to n − 1 in any order, and how long each one's line is. */
const arrivals = fc
  .array(fc.nat(40_000), { maxLength: 30 })
  .chain((sizes) =>
    fc.tuple(
      fc.constant(sizes),
      fc.shuffledSubarray([...sizes.keys()], { minLength: sizes.length, maxLength: sizes.length }),
    ),
  );

test('lines are written in order, one piece at a time, no piece much longer than what is handed over at once', async () => {
  await fc.assert(
    fc.asyncProperty(arrivals, fc.array(fc.boolean()), async ([sizes, order], slow) => {
      const texts: string[] = [];
      let open = 0;
      const write = async (text: string) => {
        open += 1;
        assert.equal(open, 1, 'a reader who is not done is given nothing more');
        texts.push(text);
        if (slow[texts.length]) await new Promise((resolve) => setImmediate(resolve));
        open -= 1;
      };
      const lineOf = (place: number) => `${place}`.padEnd(sizes[place] ?? 0, '.');
      const lines = createLines({ signal: new AbortController().signal, write }, lineOf);
      const seen = new Set<number>();
      for (const place of order) {
        lines.add(place, { results: place });
        seen.add(place);
        const gap = sizes.findIndex((_, at) => !seen.has(at));
        // what has its turn is written without waiting for what has not
        await lines.written();
        const expected = [...sizes.keys()]
          .slice(0, gap < 0 ? sizes.length : gap)
          .map((at) => `${lineOf(at)}\n`);
        assert.equal(texts.join(''), expected.join(''));
        assert.equal(lines.begun, expected.length > 0);
      }
      assert.ok(texts.every((text) => text.length <= 64 * 1024 + 40_001));
    }),
    { numRuns: 50 },
  );
});

test('what waits for a slow reader waits as outcomes, not as text', async () => {
  let made = 0;
  const { promise: room, resolve } = Promise.withResolvers<void>();
  const lines = createLines({ signal: new AbortController().signal, write: () => room }, () => {
    made += 1;
    return 'x'.repeat(1024);
  });
  for (let place = 0; place < 1000; place++) lines.add(place, { results: place });
  assert.equal(made, 1);
  resolve();
  await lines.written();
  assert.equal(made, 1000);
});

test('what the reader fails with is told at the end', async () => {
  const lines = createLines(
    { signal: new AbortController().signal, write: () => Promise.reject(new Error('no way')) },
    () => 'line',
  );
  lines.add(0, { results: 0 });
  await new Promise((resolve) => setImmediate(resolve));
  lines.add(1, { results: 1 });
  await assert.rejects(lines.written(), /no way/);
});
