import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readAlong } from '../../../engine/child/read-along.ts';
import { ENVELOPE_KEY } from '../../../engine/protocol/envelope.ts';

const lineOf = (outcomes: readonly object[]): string =>
  JSON.stringify({ [ENVELOPE_KEY]: { path: '0.1', version: '1', identity: {}, outcomes } });

const read = (lines: readonly string[]) => {
  const told: number[] = [];
  const onTold = (at: number) => told.push(at);
  const along = readAlong('0.1', { range: { start: 4, end: 7 }, onTold }, () => undefined);
  for (const line of lines) along.onLine(line);
  return { told, kept: along.outcomes.length, fault: along.fault };
};

const result = { results: 1 };

test('a teller that tells of more items than it was given is believed no further, and nothing more of it is kept', () => {
  const lines = Array.from({ length: 100 }, () => lineOf([result]));
  assert.deepEqual(read(lines), {
    told: [0, 1],
    kept: 3,
    fault: 'expected 3 outcomes at most, received 4',
  });
});

test('so is one that does it in one line', () => {
  const line = lineOf(Array.from({ length: 4 }, () => result));
  assert.deepEqual(read([line]), {
    told: [],
    kept: 0,
    fault: 'expected 3 outcomes at most, received 4',
  });
});
