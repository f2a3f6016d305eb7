import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readInbox } from '../../../engine/events/inbox.ts';

test('an inbox is a prefix of a bucket, with results beside its objects unless a place is named', () => {
  assert.equal(readInbox({}), undefined);
  assert.deepEqual(readInbox({ INBOX: 's3://photos/in/' }), {
    bucket: 'photos',
    prefix: 'in/',
    results: 's3://photos/in/',
    options: {},
  });
  const whole = readInbox({
    INBOX: 's3://photos',
    INBOX_RESULTS: 's3://results/x',
    INBOX_OPTIONS: '{"size":75}',
  });
  assert.deepEqual(whole, {
    bucket: 'photos',
    prefix: '',
    results: 's3://results/x/',
    options: { size: 75 },
  });
});

const refused: readonly [
  title: string,
  variables: Record<string, string>,
  message: string,
  writes?: string,
][] = [
  [
    'without a slash at its end',
    { INBOX: 's3://photos/in' },
    'INBOX: expected s3://bucket/prefix/, with a slash at its end, received "s3://photos/in"',
  ],
  [
    'that is no place in S3',
    { INBOX: 'photos/in/' },
    'INBOX: expected s3://bucket/prefix/, with a slash at its end, received "photos/in/"',
  ],
  [
    'whose results are no place',
    { INBOX: 's3://photos/in/', INBOX_RESULTS: 'results/' },
    'INBOX_RESULTS: expected s3://bucket/prefix/ or file:///folder/, received "results/"',
  ],
  [
    'whose options are no object',
    { INBOX: 's3://photos/in/', INBOX_OPTIONS: 'size=75' },
    'INBOX_OPTIONS: expected a JSON object of options, received "size=75"',
  ],
  [
    'that its results would land in',
    { INBOX: 's3://photos/in/', INBOX_RESULTS: 's3://photos/in/results/' },
    'INBOX: expected a prefix below which nothing else is written (s3://photos/in/results/ is), received "s3://photos/in/"',
  ],
  [
    'that is a whole bucket with the results in it',
    { INBOX: 's3://photos', INBOX_RESULTS: 's3://photos/results/' },
    'INBOX: expected a prefix below which nothing else is written (s3://photos/results/ is), received "s3://photos"',
  ],
  [
    'that what the function makes would land in',
    { INBOX: 's3://photos/thumbnails/' },
    'INBOX: expected a prefix below which nothing else is written (s3://photos/thumbnails is), received "s3://photos/thumbnails/"',
    's3://photos/thumbnails',
  ],
];

for (const [title, variables, message, writes] of refused) {
  test(`an inbox ${title} is refused`, () => {
    assert.throws(() => readInbox(variables, [writes]), { name: 'ConfigurationError', message });
  });
}

test('what is written beside an inbox is none of it, also where names begin alike', () => {
  assert.ok(
    readInbox({ INBOX: 's3://photos/in/', INBOX_RESULTS: 's3://photos/in-results/' }, ['s3://photos/inner']),
  );
});
