import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { PassThrough } from 'node:stream';
import { test } from 'node:test';
import fc from 'fast-check';
import { readLogLines } from '../../local/log-lines.ts';
import { endOfLog } from '../../local/runtime/messages.ts';

const line = fc.string({ unit: 'grapheme' }).map((text) => text.replaceAll(/[\n\0]/g, ''));

test('lines come out as they went in, however the stream is cut, and before the end of their invocation', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(line),
      line,
      fc.integer({ min: 1, max: 50 }),
      async (lines, last, chunkBytes) => {
        const stream = new PassThrough();
        const seen: string[] = [];
        const logs = readLogLines(stream, (text) => seen.push(text));
        const id = randomUUID();
        const text = `${lines.map((each) => `${each}\n`).join('')}${last}${endOfLog(id)}\n`;
        const bytes = Buffer.from(text);
        for (let at = 0; at < bytes.length; at += chunkBytes)
          stream.write(bytes.subarray(at, at + chunkBytes));
        await logs.endOf(id);
        assert.deepEqual(seen, last === '' ? lines : [...lines, last]);
        stream.destroy();
      },
    ),
    { numRuns: 50 },
  );
});

test('a line without end is told in pieces, and none of it is lost', async () => {
  const stream = new PassThrough();
  const seen: string[] = [];
  const logs = readLogLines(stream, (text) => seen.push(text));
  const id = randomUUID();
  stream.write('x'.repeat(700_000));
  stream.end(`${endOfLog(id)}\n`);
  await logs.endOf(id);
  assert.ok(seen.length > 1);
  assert.equal(seen.join(''), 'x'.repeat(700_000));
});

test('a stream that ends is the end of every invocation, and its rest is a line', async () => {
  const stream = new PassThrough();
  const seen: string[] = [];
  const logs = readLogLines(stream, (text) => seen.push(text));
  stream.end('the rest');
  await logs.endOf(randomUUID());
  await logs.ended;
  assert.deepEqual(seen, ['the rest']);
});

test('NULs in a line are no mark', async () => {
  const stream = new PassThrough();
  const seen: string[] = [];
  const logs = readLogLines(stream, (text) => seen.push(text));
  stream.end('a\0b\0\n\0\n');
  await logs.ended;
  assert.deepEqual(seen, ['a\0b\0', '\0']);
});
