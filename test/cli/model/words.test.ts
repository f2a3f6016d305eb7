import assert from 'node:assert/strict';
import { PassThrough } from 'node:stream';
import { test } from 'node:test';
import fc from 'fast-check';
import { arrivals } from '../../../cli/model/adapters/arrivals.ts';
import { byteProgress } from '../../../cli/model/byte-progress.ts';
import { formatBytes } from '../../../cli/model/bytes.ts';
import { closeNames } from '../../../cli/model/close-names.ts';
import type { Terminal } from '../../../cli/terminal.ts';

test('sizes are said in powers of 1000, in three digits or so', () => {
  assert.deepEqual([0, 999, 1000, 3_655_033, 553_437_752, 2e12].map(formatBytes), [
    '0 B',
    '999 B',
    '1 kB',
    '3.7 MB',
    '553 MB',
    '2 TB',
  ]);
});

test('close names are those that begin so or are nearly so, nearest first', () => {
  const names = ['resnet18-v1-7', 'resnet50-v1-7', 'vgg16-7'];
  assert.deepEqual(closeNames('resnet18-v1', names), ['resnet18-v1-7']);
  assert.deepEqual(closeNames('VGG16', names), ['vgg16-7']);
  assert.deepEqual(closeNames('', names), []);
  assert.deepEqual(closeNames('something else', names), []);
});

test('what arrives is read in order and whole, also before a failure, and however large the pieces', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.integer({ min: 1, max: 900_000 }), { maxLength: 8 }),
      fc.boolean(),
      async (lengths, fails) => {
        const { sink, chunks, end } = arrivals();
        const failure = fails ? new Error('cut') : undefined;
        for (const length of lengths) sink.write(Buffer.alloc(length, 1));
        sink.end(() => end(failure));
        const read: number[] = [];
        const reading = (async () => {
          for await (const chunk of chunks) read.push(chunk.length);
        })();
        await (fails ? assert.rejects(reading, failure) : reading);
        assert.deepEqual(read, lengths);
      },
    ),
    { numRuns: 50 },
  );
});

test('a terminal is shown how much is here, how fast it comes and how long it takes; other streams nothing', async () => {
  const drawn: string[] = [];
  const streamOf = (isTTY: boolean) =>
    Object.assign(new PassThrough().setEncoding('utf8'), {
      isTTY,
      columns: 120,
      cursorTo: () => true,
      clearLine: () => true,
      moveCursor: () => true,
    }).on('data', (text: string) => drawn.push(text)) as unknown as Terminal['stderr'];
  let nowMs = 0;
  const show = async (isTTY: boolean) => {
    const progress = await byteProgress(streamOf(isTTY), 4_000_000, () => nowMs);
    // half of it was here already
    progress.at(2_000_000);
    nowMs += 1000;
    progress.at(3_000_000);
    progress.stop();
    progress.stop();
  };
  await show(false);
  assert.deepEqual(drawn, []);
  await show(true);
  assert.match(drawn.join(''), /75% · 3 MB of 4 MB · 1 MB\/s · 1 s left/);
});
