import assert from 'node:assert/strict';
import { PassThrough } from 'node:stream';
import { test } from 'node:test';
import { closeNames } from '../../../cli/model/close-names.ts';
import { formatBytes } from '../../../cli/output/amounts.ts';
import { openProgress } from '../../../cli/output/progress.ts';
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
    const progress = await openProgress(streamOf(isTTY), 'bytes', () => nowMs);
    // half of it was here already
    progress.at(2_000_000, 4_000_000);
    nowMs += 1000;
    progress.at(3_000_000, 4_000_000);
    progress.stop();
    progress.stop();
  };
  await show(false);
  assert.deepEqual(drawn, []);
  await show(true);
  assert.match(drawn.join(''), /75% · 3 MB of 4 MB · 1 MB\/s · 1 s left/);
});
