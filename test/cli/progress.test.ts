import assert from 'node:assert/strict';
import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import { test } from 'node:test';
import { formatRate, formatWait, paceOf } from '../../cli/output/amounts.ts';
import { closingLine } from '../../cli/output/closing-line.ts';
import { openProgress } from '../../cli/output/progress.ts';
import type { Terminal } from '../../cli/terminal.ts';

test('the pace is the average so far, and the time left is at that pace', () => {
  assert.deepEqual(paceOf(0, 10, 500), { perSecond: 0, leftMs: undefined });
  assert.deepEqual(paceOf(5, 20, 2000), { perSecond: 2.5, leftMs: 6000 });
  assert.equal(paceOf(20, 20, 2000).leftMs, 0);
});

test('times to wait are rounded up, rates to three digits or so', () => {
  const waits = [0, 200, 59_001, 61_000, 3_599_999, 7_620_000].map(formatWait);
  assert.deepEqual(waits, ['0 s', '1 s', '1 min 00 s', '1 min 01 s', '1 h 00 min', '2 h 07 min']);
  assert.deepEqual([0, 1.25, 99.94, 123.4, 12_345.6].map(formatRate), ['0', '1.3', '99.9', '123', '12,346']);
});

test('the closing line counts pictures, failures, invocations, depth, seconds and pictures per second', () => {
  const closing = {
    pictures: 24,
    answered: 24,
    failures: 0,
    invocations: 7,
    depth: 2,
    crashes: 0,
    elapsedMs: 1200,
  };
  assert.equal(closingLine(closing), '24 pictures, 0 failures, 7 invocations, depth 2, 1.2 s, 20 pictures/s');
  assert.equal(
    closingLine({ ...closing, used: { coldStarts: 4, mostSlots: 1, usd: 0.000314 } }),
    '24 pictures, 0 failures, 7 invocations, depth 2, 4 cold starts, 1 slot, 1.2 s, 20 pictures/s, $0.00031 on AWS',
  );
  assert.equal(
    closingLine({ ...closing, pictures: 1000, answered: 1, failures: 1, crashes: 2, early: 'interrupted' }),
    'interrupted: 1 of 1,000 pictures, 1 failure, 7 invocations, depth 2, 2 crashes, 1.2 s, 0.8 pictures/s',
  );
});

test('the bar says how many are done, how fast, how long still, and how many failed', async () => {
  const stream = Object.assign(new PassThrough(), { isTTY: true, columns: 100 });
  let nowMs = 0;
  const bar = await openProgress(stream as unknown as Terminal['stderr'], 'pictures', () => nowMs);
  bar.at(0, 8);
  nowMs = 2000;
  bar.at(1, 8);
  bar.at(2, 8, 1);
  bar.above(() => stream.write('between\n'));
  bar.at(3, 8, 1);
  bar.stop();
  bar.stop();
  bar.at(4, 8, 1);
  bar.above(() => stream.write('after\n'));
  stream.end();
  const drawn = await text(stream);
  const [before = '', rest = ''] = drawn.split('between\n');
  assert.match(before, /░ 0% · 0 of 8/);
  assert.match(before, /█░+ 25% · 2 of 8 · 1\/s · 6 s left · 1 failed/);
  assert.match(rest, /37% · 3 of 8 · 1\.5\/s · 4 s left · 1 failed/);
  assert.ok(drawn.endsWith('after\n'));
});
