import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { InvokeWithResponseStreamResponseEvent as StreamEvent } from '@aws-sdk/client-lambda';
import fc from 'fast-check';
import { readStream } from '../../../engine/child/lambda-stream.ts';

const complete = (InvokeComplete: object = {}) => ({ InvokeComplete }) as StreamEvent;

const piece = (Payload: Uint8Array) => ({ PayloadChunk: { Payload } }) as StreamEvent;

const read = async (events: readonly StreamEvent[]) => {
  const lines: string[] = [];
  const stream = (async function* () {
    yield* events;
  })();
  return { outcome: await readStream('fn:live', stream, (line) => lines.push(line)), lines };
};

test('lines are those of the text, wherever it is cut into pieces', async () => {
  const line = fc.string({ unit: fc.constantFrom('a', 'é', '花', '🎆', '"', ' ') });
  await fc.assert(
    fc.asyncProperty(fc.array(line, { minLength: 1 }), fc.array(fc.nat(50)), async (lines, cuts) => {
      const bytes = Buffer.from(lines.join('\n'));
      const ends = [...cuts.filter((at) => at < bytes.length), bytes.length].sort((a, b) => a - b);
      const pieces = ends.map((end, index) => piece(bytes.subarray(ends[index - 1] ?? 0, end)));
      const { outcome, lines: told } = await read([...pieces, complete()]);
      assert.deepEqual(told, lines.slice(0, -1));
      assert.deepEqual(outcome, { kind: 'replied', payload: lines.at(-1) });
    }),
  );
});

test('a reply that ends without saying so was cut off, and its lines are told', async () => {
  const { outcome, lines } = await read([piece(Buffer.from('one\ntw'))]);
  assert.deepEqual(lines, ['one']);
  assert.deepEqual(outcome, {
    kind: 'lost',
    error: { name: 'ChildInvocationError', message: 'The reply of fn:live was cut off.' },
  });
});

test('the end of a line that is longer than any reply is not waited for, and the stream is left', async () => {
  let left = false;
  const lines: string[] = [];
  const stream = (async function* () {
    try {
      for (const text of ['one\n1234', '56\n1234', '567']) yield piece(Buffer.from(text));
      assert.fail('expected nobody to read on');
    } finally {
      left = true;
    }
  })();
  const outcome = await readStream('fn:live', stream, (line) => lines.push(line), 6);
  const message = 'Expected lines of at most 6 characters of fn:live, received a longer one.';
  assert.deepEqual(outcome, { kind: 'too-large', error: { name: 'PayloadTooLargeError', message } });
  assert.deepEqual([lines, left], [['one', '123456'], true]);
});

for (const [how, said, expected] of [
  [
    'as Invoke tells it',
    {
      ErrorCode: 'Unhandled',
      ErrorDetails: '{"errorType":"QuotaError","errorMessage":"odd","trace":["at"]}',
    },
    { kind: 'failed', error: { name: 'QuotaError', message: 'odd' }, trace: ['at'] },
  ],
  [
    'of the platform, by its code',
    { ErrorCode: 'Runtime.ExitError', ErrorDetails: 'exit status 1' },
    {
      kind: 'crashed',
      error: {
        name: 'ChildInvocationError',
        message: 'fn:live crashed: Runtime.ExitError: exit status 1',
      },
    },
  ],
  [
    'by a code that is no type',
    { ErrorCode: 'Unhandled' },
    { kind: 'crashed', error: { name: 'ChildInvocationError', message: 'fn:live crashed: Unhandled' } },
  ],
  [
    'of a response that is too large',
    { ErrorCode: 'Function.ResponseSizeTooLarge', ErrorDetails: 'too large' },
    {
      kind: 'too-large',
      error: { name: 'PayloadTooLargeError', message: 'fn:live: too large' },
    },
  ],
] as const) {
  test(`an error that completes a stream is read ${how}`, async () => {
    const { outcome, lines } = await read([piece(Buffer.from('one\n')), complete(said)]);
    assert.deepEqual(outcome, expected);
    assert.deepEqual(lines, ['one']);
  });
}
