import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { advanceLineage } from '../../local/lineage.ts';

const ARN = 'arn:aws:lambda:us-east-1:123456789012:function:fn';
const NOW_MS = 1_700_000_000_000;

const follow = (header: string | undefined): string | undefined => {
  const lineage = advanceLineage(header, ARN, NOW_MS);
  return lineage.kind === 'continues' ? lineage.traceId : undefined;
};

test('a call without a trace header begins a chain, with a trace id of its own', () => {
  assert.match(
    follow(undefined) ?? '',
    /^Root=1-6553f100-[0-9a-f]{24};Parent=[0-9a-f]{16};Sampled=0;Lineage=1:[0-9a-f]{8}:0$/,
  );
});

test('a chain is stopped after sixteen invocations', () => {
  let header = follow(undefined);
  let invocations = 0;
  for (; header !== undefined; invocations += 1) header = follow(header);
  assert.equal(invocations, 16);
});

test('siblings continue the same count: depth is counted, not width', () => {
  const parent = follow(undefined);
  assert.equal(follow(parent), follow(parent));
});

test('fields beside the lineage are kept as they are, and a root is kept', () => {
  fc.assert(
    fc.property(fc.stringMatching(/^[a-zA-Z0-9-]{1,30}$/), fc.integer({ min: 0, max: 14 }), (root, count) => {
      assert.equal(
        follow(`Root=${root};Parent=53995c3f42cd8ad8;Sampled=1;Lineage=1:0a1b2c3d:${count}`),
        `Root=${root};Parent=53995c3f42cd8ad8;Sampled=1;Lineage=1:0a1b2c3d:${count + 1}`,
      );
    }),
  );
});

test('a header without lineage, from a caller who never ran here, begins a chain', () => {
  assert.match(follow('Root=1-2-3;Sampled=0') ?? '', /^Root=1-2-3;Sampled=0;Lineage=1:[0-9a-f]{8}:0$/);
});
