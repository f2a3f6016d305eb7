import assert from 'node:assert/strict';
import { test } from 'node:test';
import { freeBytes } from '../../images/free-bytes.ts';

test('bytes that have their memory to themselves are freed at once; what shares it with others stays', () => {
  const own = new Uint8Array(1_000);
  freeBytes(own);
  assert.equal(own.length, 0);
  const whole = new Uint8Array(1_000);
  const part = whole.subarray(0, 999);
  freeBytes(part);
  assert.equal(part.length, 999);
  const shared = new Uint8Array(new SharedArrayBuffer(10));
  freeBytes(shared);
  assert.equal(shared.length, 10);
});
