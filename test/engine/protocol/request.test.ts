import assert from 'node:assert/strict';
import { test } from 'node:test';
import { z } from 'zod';
import { type RequestForm, readRequest } from '../../../engine/protocol/request.ts';
import { InvalidRequestError } from '../../../platform/index.ts';

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
  const batch = { ns: [true, { n: 'x' }], options: { onError: 'collect' } };
  const numbers = readRequest(batch, { itemKey: 'n', item: z.number(), options: {} });
  assert.deepEqual(
    numbers.items.map((item) => 'invalid' in item && item.invalid.message),
    [
      'ns[0]: Invalid input: expected number, received true',
      'ns[1]: Invalid input: expected number, received an object with keys n',
    ],
  );
});

test('under raise the first item that is none ends the reading', () => {
  const message = 'images[1]: expected an image reference as text, received 42';
  assert.equal(refusal(['a', 42, null]), message);
  assert.equal(refusal({ images: ['a', 42, null] }), message);
});

test('an item that is none is told by its place, and costs the others nothing', () => {
  const images = ['a', 42, { picture: 'b' }, null];
  assert.deepEqual(itemsOf({ images, options: { onError: 'collect' } }), [
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
  'onError, maxWorkPerRequest, numParallelRequests, slots, deadlineMs, toleratedFailureCount, toleratedFailurePercentage, minSuccessful, hedge, resume, receipts, stream, topK';

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

test('a prefix ends in a slash, and may say which of the objects are meant', () => {
  const uri = 's3://bucket/photos/';
  assert.deepEqual(read({ prefix: uri }).list, { format: 'prefix', uri });
  assert.deepEqual(read({ prefix: { uri, suffix: '.jpg', newerThan: '2026-01-31' } }).list, {
    format: 'prefix',
    uri,
    suffix: ['.jpg'],
    newerThan: '2026-01-31',
  });
  assert.equal(
    refusal({ prefix: 's3://bucket/photos' }),
    'prefix: expected a prefix that ends in a slash, received "s3://bucket/photos"',
  );
  assert.match(refusal({ prefix: 's3://b/p/', manifest: 's3://b/k' }), /keys prefix, manifest$/);
});

test('a manifest is a request of its own form, with options and without items', () => {
  const request = read({ manifest: 's3://bucket/list.ndjson', options: { topK: 3 } });
  assert.deepEqual(
    [request.form, request.list, request.items, request.options],
    ['manifest', { format: 'text', uri: 's3://bucket/list.ndjson' }, [], { topK: 3 }],
  );
  assert.match(refusal({ manifest: 's3://b/k', images: [] }), /keys manifest, images$/);
});

const sources: readonly [title: string, given: unknown, source: unknown][] = [
  ['CSV by its name', { uri: 's3://b/a.CSV.gz', column: 'url' }, { format: 'csv', column: 'url' }],
  ['CSV without a header row', { uri: 's3://b/a', format: 'csv', column: 2 }, { format: 'csv', column: 2 }],
  ['JSONL by its name', { uri: 's3://b/a.ndjson', column: 'url' }, { format: 'jsonl', column: 'url' }],
  ['JSONL whose lines are the items', { uri: 's3://b/a', format: 'jsonl' }, { format: 'text' }],
  ['text, whatever it is called', { uri: 's3://b/manifest.json', format: 'text' }, { format: 'text' }],
  ['inventory by its name', 's3://b/i/2026-01-31T01-00Z/manifest.json', { format: 'inventory' }],
  ['text of one version', { uri: 's3://b/k', etag: '"1"' }, { format: 'text', etag: '"1"' }],
  [
    'inventory with filters',
    { uri: 's3://b/m', format: 'inventory', suffix: ['.jpg', '.png'] },
    { format: 'inventory', suffix: ['.jpg', '.png'] },
  ],
];

for (const [title, given, source] of sources) {
  test(`a manifest may be a ${title}`, () => {
    const uri = typeof given === 'string' ? given : (given as { readonly uri: string }).uri;
    assert.deepEqual(read({ manifest: given }).list, { uri, ...(source as object) });
  });
}

const sourceRefusals: readonly [manifest: unknown, message: string][] = [
  [
    ['s3://b/k'],
    'manifest: expected a URI as text, or an object with uri, format, column, etag, suffix, newerThan, received ["s3://b/k"]',
  ],
  [{ format: 'csv' }, 'manifest.uri: expected s3://bucket/key, received {"format":"csv"}'],
  [
    { uri: 's3://b/k', format: 'xlsx' },
    'manifest.format: expected text, csv, jsonl or inventory, received {"uri":"s3://b/k","format":"xlsx"}',
  ],
  [
    { uri: 's3://b/k', colunm: 'url' },
    'manifest: unknown colunm; expected one of uri, format, column, etag, suffix, newerThan',
  ],
  [
    { uri: 's3://b/k', format: 'csv' },
    'manifest.column: expected the name of the column of a CSV (or its position, from 1), received none',
  ],
  [
    { uri: 's3://b/k', column: 'url' },
    'manifest.format: expected csv or jsonl beside a column, received none, and "s3://b/k" does not say',
  ],
  [
    { uri: 's3://b/k', format: 'text', column: 'url' },
    'manifest.column: expected with csv or jsonl, received "url" with text',
  ],
  [{ uri: 's3://b/a.jsonl', column: 1 }, 'manifest.column: expected a key, received 1'],
  [
    { uri: 's3://b/a.txt.gz', etag: '"1"' },
    'manifest.etag: expected with a text that is read in place, received with one that is packed',
  ],
  [
    { uri: 's3://b/a.csv', column: 'url', etag: '"1"' },
    'manifest.etag: expected with a text that is read in place, received with csv',
  ],
  [
    { uri: 's3://b/a.csv', column: 'url', suffix: '.jpg' },
    'manifest.suffix: expected with an S3 Inventory, or a prefix, received with csv',
  ],
  [
    { uri: 's3://b/manifest.json', newerThan: 'yesterday' },
    'manifest.newerThan: expected a day or an instant (2026-01-31, 2026-01-31T12:00:00Z), received {"uri":"s3://b/manifest.json","newerThan":"yesterday"}',
  ],
];

for (const [manifest, message] of sourceRefusals) {
  test(`a manifest ${JSON.stringify(manifest)} is refused`, () => {
    assert.equal(refusal({ manifest }), message);
  });
}
