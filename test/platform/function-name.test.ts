import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { parseFunctionName } from '../../platform/function-name.ts';

const name = fc.stringMatching(/^[a-zA-Z_][a-zA-Z0-9_-]{0,40}$/);
const qualifier = fc.oneof(fc.constant('$LATEST'), fc.stringMatching(/^[a-zA-Z0-9_-]{1,20}$/));
const prefix = fc.constantFrom(
  '',
  '123456789012:function:',
  'eu-central-1:123456789012:function:',
  'arn:aws:lambda:us-east-1:123456789012:function:',
  'arn:aws-us-gov:lambda:us-gov-west-1:123456789012:function:',
);

test('every form of a name gives the same name and qualifier', () => {
  fc.assert(
    fc.property(prefix, name, qualifier, (before, fn, qual) => {
      assert.deepEqual(parseFunctionName(`${before}${fn}`), { name: fn, functionName: `${before}${fn}` });
      assert.deepEqual(parseFunctionName(`${before}${fn}:${qual}`), {
        name: fn,
        functionName: `${before}${fn}`,
        qualifier: qual,
      });
    }),
  );
});

for (const text of ['', 'a b', 'fn:', ':live', 'fn:a:b', 'arn:aws:s3:::bucket', 'x'.repeat(65), 'fn:$NEXT']) {
  test(`${JSON.stringify(text.slice(0, 20))} is no function name`, () => {
    assert.equal(parseFunctionName(text), undefined);
  });
}
