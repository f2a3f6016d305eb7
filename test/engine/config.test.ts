import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readRecursionConfig } from '../../engine/config.ts';
import { readInteger, readSwitch } from '../../platform/environment.ts';
import { ConfigurationError } from '../../platform/errors.ts';

const inLambda = { AWS_LAMBDA_FUNCTION_NAME: 'classify', AWS_LAMBDA_FUNCTION_VERSION: '7' };

test('in Lambda, with nothing set, everything is the default', () => {
  assert.deepEqual(readRecursionConfig(inLambda), {
    functionName: 'classify',
    qualifier: '7',
    functionVersion: '7',
    store: undefined,
    allowFile: false,
    maxWork: 8,
    maxLanes: 10,
    slots: 100,
    maxDepth: 8,
  });
});

test('outside Lambda everything is done in place', () => {
  const { functionName, maxLanes } = readRecursionConfig({});
  assert.deepEqual([functionName, maxLanes], [undefined, 0]);
});

test('every number is read', () => {
  const config = readRecursionConfig({
    ...inLambda,
    MAX_WORK_PER_REQUEST: '3',
    NUM_PARALLEL_REQUESTS: '4',
    MAX_SLOTS: '5',
    MAX_DEPTH: '6',
  });
  assert.deepEqual([config.maxWork, config.maxLanes, config.slots, config.maxDepth], [3, 4, 5, 6]);
});

test('W may be left to the roots', () => {
  const { maxWork, choosesWork } = readRecursionConfig({ ...inLambda, MAX_WORK_PER_REQUEST: 'auto' });
  assert.deepEqual([maxWork, choosesWork], [64, true]);
});

test('children are called by the alias where there is one, and by no qualifier under sam local', () => {
  assert.equal(readRecursionConfig({ ...inLambda, FUNCTION_ALIAS: 'live' }).qualifier, 'live');
  const sam = readRecursionConfig({ ...inLambda, FUNCTION_ALIAS: 'live', AWS_SAM_LOCAL: 'true' });
  assert.deepEqual([sam.qualifier, sam.maxLanes], [undefined, 10]);
});

test('fan-out can be switched off', () => {
  assert.equal(readRecursionConfig({ ...inLambda, FANOUT_ENABLED: 'false' }).maxLanes, 0);
});

test('an empty variable, as a template leaves one, is a missing one', () => {
  const names = ['MAX_WORK_PER_REQUEST', 'NUM_PARALLEL_REQUESTS', 'MAX_SLOTS', 'MAX_DEPTH', 'FUNCTION_ALIAS'];
  const empty = Object.fromEntries([...names, 'FANOUT_ENABLED', 'AWS_SAM_LOCAL'].map((name) => [name, '']));
  assert.deepEqual(readRecursionConfig({ ...inLambda, ...empty }), readRecursionConfig(inLambda));
});

test('what was read cannot be changed', () => {
  assert.ok(Object.isFrozen(readRecursionConfig(inLambda)));
});

const malformed = [
  ['MAX_WORK_PER_REQUEST', '0', 'a whole number from 1 to 10000'],
  ['MAX_WORK_PER_REQUEST', '8.5', 'a whole number from 1 to 10000'],
  ['MAX_WORK_PER_REQUEST', ' 8', 'a whole number from 1 to 10000'],
  ['NUM_PARALLEL_REQUESTS', '513', 'a whole number from 1 to 512'],
  ['NUM_PARALLEL_REQUESTS', 'ten', 'a whole number from 1 to 512'],
  ['MAX_SLOTS', '-1', 'a whole number from 1 to 1000000'],
  ['MAX_SLOTS', '1e3', 'a whole number from 1 to 1000000'],
  ['MAX_DEPTH', '13', 'a whole number from 0 to 12'],
  ['FANOUT_ENABLED', 'no', 'true or false'],
  ['AWS_SAM_LOCAL', '1', 'true or false'],
] as const;

for (const [name, value, expected] of malformed) {
  test(`${name}=${JSON.stringify(value)} is refused`, () => {
    assert.throws(
      () => readRecursionConfig({ ...inLambda, [name]: value }),
      new ConfigurationError(`${name}: expected ${expected}, received ${JSON.stringify(value)}`),
    );
  });
}

test('the bounds themselves are in range', () => {
  const bounds = { fallback: 5, least: 2, most: 9 };
  assert.deepEqual(
    ['2', '9', '007'].map((text) => readInteger({ N: text }, 'N', bounds)),
    [2, 9, 7],
  );
  assert.equal(readSwitch({ S: 'true' }, 'S', false), true);
  assert.equal(readSwitch({}, 'S', true), true);
});

test('a store and files are read, and there are none where nothing is set', () => {
  const { store, allowFile } = readRecursionConfig({
    ...inLambda,
    STORE: 's3://bucket/prefix',
    ALLOW_FILE: 'true',
  });
  assert.deepEqual([store, allowFile], ['s3://bucket/prefix', true]);
  assert.equal(readRecursionConfig({ ...inLambda, STORE: '' }).store, undefined);
});
