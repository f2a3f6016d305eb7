import assert from 'node:assert/strict';
import { test } from 'node:test';
import { droste } from './support/droste.ts';

test('a plan says the tree, what it takes and what to prefer, before anything runs', async () => {
  const { code, stdout } = await droste(['plan', '100000', '--slots', '500']);
  assert.equal(code, 0);
  assert.match(stdout, /^100,000 items, W 8, P 10, 500 slots/);
  for (const word of ['depth', 'bytes', 'warm', 'cold', 'recommended', 'prices']) {
    assert.match(stdout, new RegExp(`^${word} `, 'm'));
  }
});

test('the plan as JSON has the same options as were given', async () => {
  const { stdout } = await droste(['plan', '1000', '--max-work', '4', '--item', '12.5', '--json']);
  const { options, plan } = JSON.parse(stdout);
  assert.equal(options.items, 1000);
  assert.equal(options.maxWork, 4);
  assert.equal(options.itemMs, 12.5);
  assert.ok(plan.warm.invocations > 10);
});

test('a plan of nothing sensible is a usage error that says what was expected', async () => {
  for (const [args, expected] of [
    [['plan'], /missing required argument 'items'/],
    [['plan', 'many'], /Expected a whole number from 0/],
    [['plan', '10', '--item', 'fast'], /Expected a number from 0 up/],
    [['plan', '10', '--architecture', 'mips'], /Allowed choices are arm64, x86_64/],
  ] as const) {
    const { code, stderr } = await droste([...args]);
    assert.equal(code, 2);
    assert.match(stderr, expected);
  }
});
