import assert from 'node:assert/strict';
import { test } from 'node:test';
import { z } from 'zod';
import { type RequestForm, readRequest } from '../../../engine/protocol/request.ts';
import { InvalidRequestError } from '../../../platform/errors.ts';

const form: RequestForm = {
  itemKey: 'image',
  item: z.string({ error: 'expected an image reference as text' }),
  options: { topK: z.number().int().min(1).max(100).optional() },
};

const read = (event: unknown) => readRequest(event, form);
const itemsOf = (event: unknown) =>
  read(event).items.map((item) => ('item' in item ? item.item : item.invalid.message));
const refusal = (event: unknown): string => {
  try {
    read(event);
  } catch (error) {
    assert.ok(error instanceof InvalidRequestError);
    return error.message;
  }
  return 'not refused';
};

test('a text is one item', () => {
  assert.equal(read('cat.jpg').form, 'one');
  assert.deepEqual(itemsOf('cat.jpg'), ['cat.jpg']);
});

test('an object with the item key is one item', () => {
  assert.equal(read({ image: 'cat.jpg' }).form, 'one');
  assert.deepEqual(itemsOf({ image: 'cat.jpg' }), ['cat.jpg']);
});

test('one item may have options beside it', () => {
  const request = read({ image: 'cat.jpg', options: { topK: 3 } });
  assert.deepEqual([request.form, request.options], ['one', { topK: 3 }]);
});

test('a list is a batch, of either form of an item', () => {
  assert.equal(read([]).form, 'list');
  assert.deepEqual(itemsOf(['a', { image: 'b' }, 'c']), ['a', 'b', 'c']);
});

test('an object with the list key is a batch with options', () => {
  const request = read({ images: ['a', { image: 'b' }], options: { topK: 3, onError: 'collect' } });
  assert.equal(request.form, 'batch');
  assert.deepEqual(request.options, { topK: 3, onError: 'collect' });
  assert.deepEqual(itemsOf({ images: ['a', { image: 'b' }] }), ['a', 'b']);
});

test('options may be left out, and have no defaults here', () => {
  assert.deepEqual(read({ images: [] }).options, {});
});

test('every option of the tree is understood', () => {
  const options = {
    onError: 'raise',
    maxWorkPerRequest: 8,
    numParallelRequests: 10,
    slots: 100,
    deadlineMs: 1_800_000_000_000,
    hedge: false,
    resume: 'token',
    receipts: true,
  };
  assert.deepEqual(read({ images: [], options }).options, options);
});

test('a function without a form of its own takes items of any JSON, and calls them items', () => {
  const any: RequestForm = { itemKey: 'item', item: z.unknown(), options: {} };
  const events = [null, 5, { item: { a: 1 } }, [[1], null], { items: [{ item: 2 }] }];
  assert.deepEqual(
    events.map((event) => readRequest(event, any).items.map((item) => 'item' in item && item.item)),
    [[null], [5], [{ a: 1 }], [[1], null], [2]],
  );
});

test('an item keeps what the caller wrote beside what was read', () => {
  const numbers: RequestForm = { ...form, item: z.coerce.number() };
  assert.deepEqual(readRequest([{ image: '7' }], numbers).items, [{ given: { image: '7' }, item: 7 }]);
});

test('an item of the wrong type is told once what was received', () => {
  const numbers = readRequest([true, { n: 'x' }], { itemKey: 'n', item: z.number(), options: {} });
  assert.deepEqual(
    numbers.items.map((item) => 'invalid' in item && item.invalid.message),
    [
      'ns[0]: Invalid input: expected number, received true',
      'ns[1]: Invalid input: expected number, received an object with keys n',
    ],
  );
});

test('an item that is none is told by its place, and costs the others nothing', () => {
  assert.deepEqual(itemsOf(['a', 42, { picture: 'b' }, null]), [
    'a',
    'images[1]: expected an image reference as text, received 42',
    'images[2]: expected an image reference as text, received an object with keys picture',
    'images[3]: expected an image reference as text, received null',
  ]);
  assert.deepEqual(itemsOf({ image: [1, 2] }), [
    'image: expected an image reference as text, received an array',
  ]);
});

const expected =
  'Expected an image, {"image": …, "options": {…}}, a list of them, {"images": […], "options": {…}}, {"manifest": "s3://…", "options": {…}} or {"prefix": "s3://…/", "options": {…}}, received ';
const known =
  'onError, maxWorkPerRequest, numParallelRequests, slots, deadlineMs, toleratedFailureCount, toleratedFailurePercentage, minSuccessful, hedge, resume, receipts, topK';

const refusals: readonly (readonly [string, unknown, string])[] = [
  ['nothing in it', {}, `${expected}an object with keys (none)`],
  ['an unknown key', { images: [], option: {} }, `${expected}an object with keys images, option`],
  ['one item and several', { image: 'a', images: ['b'] }, `${expected}an object with keys image, images`],
  ['a list that is none', { images: 'a' }, `${expected}an object with keys images`],
  [
    'unknown options',
    { images: [], options: { topk: 3, depth: 1 } },
    `options: unknown topk, depth; expected one of ${known}`,
  ],
  [
    'options that are none',
    { images: [], options: 'fast' },
    'options: Invalid input: expected object, received "fast"',
  ],
  [
    'an option of its own out of range',
    { images: [], options: { topK: 0 } },
    'options.topK: Too small: expected number to be >=1, received 0',
  ],
  [
    'an option of the wrong type',
    { images: [], options: { slots: '9' } },
    'options.slots: Invalid input: expected number, received "9"',
  ],
  [
    'more lanes than sockets',
    { images: [], options: { numParallelRequests: 513 } },
    'options.numParallelRequests: Too big: expected number to be <=512, received 513',
  ],
  [
    'an unknown way with errors',
    { images: [], options: { onError: 'ignore' } },
    'options.onError: Invalid option: expected one of "raise"|"collect", received "ignore"',
  ],
  [
    'part of a deadline',
    { images: [], options: { deadlineMs: 1.5 } },
    'options.deadlineMs: Invalid input: expected int, received 1.5',
  ],
];

for (const [title, event, message] of refusals) {
  test(`a request with ${title} is refused: ${message}`, () => {
    assert.equal(refusal(event), message);
  });
}

test('a prefix is a manifest that ends in a slash, as every prefix has to', () => {
  assert.equal(read({ prefix: 's3://bucket/photos/' }).manifest, 's3://bucket/photos/');
  assert.match(refusal({ prefix: 's3://bucket/photos' }), /keys prefix$/);
  assert.match(refusal({ prefix: 's3://b/p/', manifest: 's3://b/k' }), /keys prefix, manifest$/);
});

test('a manifest is a request of its own form, with options and without items', () => {
  const request = read({ manifest: 's3://bucket/list.ndjson', options: { topK: 3 } });
  assert.deepEqual(
    [request.form, request.manifest, request.items, request.options],
    ['manifest', 's3://bucket/list.ndjson', [], { topK: 3 }],
  );
  assert.match(refusal({ manifest: 's3://b/k', images: [] }), /keys manifest, images$/);
  assert.match(refusal({ manifest: ['s3://b/k'] }), /keys manifest$/);
});
