import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { lineStarts } from '../../../engine/policy/line-starts.ts';

/** Offsets found in a text that comes in chunks cut at these places. */
const startsOf = (bytes: Uint8Array, cuts: readonly number[] = [], from = 0): readonly number[] => {
  const starts = lineStarts(from);
  const places = [0, ...cuts.map((cut) => cut % (bytes.length + 1)).toSorted((a, b) => a - b), bytes.length];
  places.slice(1).forEach((end, before) => {
    starts.add(bytes.subarray(places[before], end));
  });
  return [...starts.finish()];
};

const bytesOf = (text: string) => new TextEncoder().encode(text);

/** The lines as splitting the whole text finds them. */
const linesOf = (text: string) => text.split('\n').filter((line) => /[^\0-\x20]/.test(line));

const texts = fc
  .array(
    fc.oneof(
      fc.constantFrom('\n', '\r\n', '\n\n', ' ', '\t', '  \n', 'é', '日本', '🖼', '\u00a0', '{"image":"a b"}'),
      fc.string({ unit: 'binary', maxLength: 4 }),
    ),
    { maxLength: 30 },
  )
  .map((parts) => parts.join('').replaceAll(/\p{Surrogate}/gu, '?'));

test('lines are those of split, wherever the text is cut into chunks', () => {
  fc.assert(
    fc.property(texts, fc.array(fc.nat(), { maxLength: 8 }), (text, cuts) => {
      const bytes = bytesOf(text);
      const offsets = startsOf(bytes, cuts);
      const found = offsets.slice(0, -1).map((start, index) => {
        const [line] = Buffer.from(bytes.subarray(start, offsets[index + 1]))
          .toString('utf8')
          .split('\n');
        return line;
      });
      assert.deepEqual(found, linesOf(text));
      assert.equal(offsets.at(-1), bytes.length, 'the end of the text comes last');
    }),
    { numRuns: 500 },
  );
});

test('offsets are strictly ascending, and each follows a line end or begins the text', () => {
  fc.assert(
    fc.property(texts, (text) => {
      const bytes = bytesOf(text);
      const starts = startsOf(bytes).slice(0, -1);
      starts.forEach((start, index) => {
        assert.ok(start === 0 || bytes[start - 1] === 0x0a);
        assert.ok(index === 0 || start > (starts[index - 1] ?? 0));
      });
    }),
  );
});

const cases: readonly (readonly [string, string, readonly number[]])[] = [
  ['nothing', '', [0]],
  ['only line ends', '\n\r\n\n', [4]],
  ['a text without a line end at its end', 'a\nbc', [0, 2, 4]],
  ['a text with one', 'a\nbc\n', [0, 2, 5]],
  ['line ends of two characters', 'a\r\nbc\r\n', [0, 3, 7]],
  ['blank lines at the start, between and at the end', '\n \na\n\t\n\nb\n\n', [3, 8, 11]],
  ['characters of several bytes', 'é\n日\n🖼\n', [0, 3, 7, 12]],
];

for (const [title, text, expected] of cases) {
  test(`${title}: one offset a line, and the end`, () => {
    assert.deepEqual(startsOf(bytesOf(text)), expected);
  });
}

test('offsets count from where the text begins in the whole', () => {
  assert.deepEqual(
    startsOf(bytesOf('a\nb\n'), [], 1_000_000_000_000),
    [1_000_000_000_000, 1_000_000_000_002, 1_000_000_000_004],
  );
});

test('there may be more lines than the list has room for at first', () => {
  const offsets = startsOf(bytesOf('x\n'.repeat(5_000)));
  assert.equal(offsets.length, 5_001);
  assert.deepEqual(offsets.slice(4_998), [9_996, 9_998, 10_000]);
});
