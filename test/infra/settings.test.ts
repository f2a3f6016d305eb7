import assert from 'node:assert/strict';
import { test } from 'node:test';
import { describeSettings } from '../../infra/settings.ts';

const lines = (context: Readonly<Record<string, unknown>>, kept: Readonly<Record<string, unknown>>) =>
  describeSettings(context, kept).split('\n');

test('a deploy says its settings, and of those that no file has that the next one undoes them', () => {
  assert.deepEqual(lines({}, {}), [
    'settings: none (-c, and context in cdk.json); everything else as by default',
  ]);
  const kept = { memoryMb: 3008, imageBuckets: ['a', 'b'] };
  assert.equal(lines(kept, kept).length, 1);
  assert.equal(lines({ memoryMb: '3008', imageBuckets: 'a,b' }, kept).length, 1, 'the same as text');
  assert.deepEqual(lines({ ...kept, memoryMb: '1769', slots: '20', topK: 'x' }, kept), [
    'settings: imageBuckets=a,b memoryMb=1769 slots=20 (-c, and context in cdk.json); everything else as by default',
    'only after -c: memoryMb, slots. A deploy without it undoes that; to keep it, in context of cdk.json: {"memoryMb":"1769","slots":"20"}',
  ]);
});
