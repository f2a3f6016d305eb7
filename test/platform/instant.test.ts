import assert from 'node:assert/strict';
import { test } from 'node:test';
import { instantText } from '../../platform/index.ts';

test('an instant is told in UTC, and one that no calendar has as the nearest that one has', () => {
  assert.equal(instantText(0), '1970-01-01T00:00:00.000Z');
  assert.equal(instantText(-1e300), '-271821-04-20T00:00:00.000Z');
  assert.equal(instantText(Number.POSITIVE_INFINITY), '+275760-09-13T00:00:00.000Z');
});
