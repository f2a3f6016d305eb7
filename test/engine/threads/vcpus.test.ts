import assert from 'node:assert/strict';
import { test } from 'node:test';
import { vcpusOf } from '../../../engine/threads/vcpus.ts';

const ofMemory = (memory: string, machine = 6) =>
  vcpusOf({ AWS_LAMBDA_FUNCTION_MEMORY_SIZE: memory }, machine);

test('a function has the vCPUs of its memory, and not more than the machine shows', () => {
  assert.deepEqual(
    ['128', '1769', '2600', '2700', '3008', '3538', '7076', '10240'].map((memory) => ofMemory(memory)),
    [1, 1, 1, 2, 2, 2, 4, 6],
  );
  assert.equal(ofMemory('1769', 2), 1);
  assert.equal(ofMemory('10240', 2), 2);
});

test('without a word of memory it is the machine that counts, up to what Lambda has', () => {
  assert.equal(vcpusOf({}, 4), 4);
  assert.equal(ofMemory('', 16), 6);
  assert.equal(ofMemory('unknown', 1), 1);
});
