import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { storedError, storedResult } from '../../../engine/policy/outcome.ts';
import type { EnvelopeReply } from '../../../engine/protocol/child-reply.ts';
import {
  ENVELOPE_KEY,
  type Envelope,
  isEnvelope,
  openEnvelope,
  readAbort,
  seal,
} from '../../../engine/protocol/envelope.ts';
import { openReply } from '../../../engine/protocol/open-reply.ts';
import { InvalidRequestError, parseJson } from '../../../platform/index.ts';

const envelope: Envelope = {
  items: ['a', { image: 'b' }, 3],
  options: { onError: 'collect', topK: 3 },
  depth: 2,
  path: '0.3.7',
  slots: 12,
  deadline: 1_800_000_000_000,
  version: '7',
  identity: { model: 'sha256' },
  rootRequestId: 'root',
  attempt: 1,
};

const reply: EnvelopeReply = {
  path: '0.3',
  version: '7',
  outcomes: [
    { results: { tags: [{ class: 'tench', confidence: 0.97 }] }, receipt: { path: '0.3', cold: true } },
    { error: { name: 'ImageDecodeError', message: 'corrupt' } },
    null,
    null,
  ],
  undone: [{ start: 2, end: 4, soloCrashes: 1, why: 'suspect' }],
  stats: { invocations: 2, depth: 2, throttled: 1, retried: 0 },
  identity: { model: 'sha256' },
};

const open = (payload: string, items = reply.outcomes.length, path = reply.path) => {
  const json = parseJson(payload);
  return json === undefined ? 'expected JSON' : openReply(json, path, items);
};
const changed = (change: Record<string, unknown>) =>
  open(JSON.stringify({ [ENVELOPE_KEY]: { ...reply, ...change } }));

const answers = fc.array(
  fc.oneof(
    fc.record({ results: fc.jsonValue() }),
    fc.record({ error: fc.record({ name: fc.string(), message: fc.string() }) }),
  ),
  { maxLength: 8 },
);

test('what becomes a key or a line of a log is a word, and no path', () => {
  for (const wrong of ['../../x', '/etc', 'a/b', '..', '', '.hidden', 'a\nb', 'a'.repeat(200)]) {
    for (const change of [
      { rootRequestId: wrong },
      { batch: wrong },
      { runId: wrong },
      { version: `${wrong}/` },
    ]) {
      const event = JSON.parse(seal({ ...envelope, ...change }));
      assert.throws(() => openEnvelope(event), { name: 'InvalidRequestError' }, JSON.stringify(change));
    }
    assert.equal(readAbort({ [ENVELOPE_KEY]: { abort: wrong } }), undefined);
  }
  for (const version of ['$LATEST', '17']) {
    const named = {
      version,
      batch: 'Photos_2026.11-x',
      rootRequestId: 'c5c8e9a2-1f0b-4b53-8f6d-0d2d34f9d1f1',
    };
    assert.deepEqual(openEnvelope(JSON.parse(seal({ ...envelope, ...named }))), { ...envelope, ...named });
  }
});

test('an envelope is read as it was written', () => {
  const event = JSON.parse(seal(envelope));
  assert.ok(isEnvelope(event));
  assert.deepEqual(openEnvelope(event), envelope);
});

test('any JSON under the reserved key is an envelope or an error that says what is wrong with it', () => {
  fc.assert(
    fc.property(
      fc.oneof(fc.jsonValue(), fc.record({ items: fc.jsonValue(), depth: fc.jsonValue() })),
      (json) => {
        assert.throws(() => openEnvelope({ [ENVELOPE_KEY]: json }), InvalidRequestError);
      },
    ),
  );
});

test('a change of any field to something else is refused, naming the field', () => {
  const wrong = { items: {}, options: [], depth: 0, path: '0.', slots: 0.5, deadline: 'now', attempt: -1 };
  for (const [field, value] of [
    ...Object.entries({ ...wrong, depth: 13, rootRequestId: null, version: 7, extra: 1 }),
    ['deadline', -1] as const,
    ['deadline', 1e300] as const,
  ]) {
    assert.throws(
      () => openEnvelope({ [ENVELOPE_KEY]: { ...envelope, [field]: value } }),
      new RegExp(field === 'extra' ? 'extra' : `: ${field}`),
    );
  }
});

test('events without the reserved key are no envelopes', () => {
  fc.assert(fc.property(fc.jsonValue(), (json) => !isEnvelope(json)));
  assert.equal(isEnvelope({ images: [], [ENVELOPE_KEY]: null }), true);
});

test('a reply is read as it was written', () => {
  assert.deepEqual(open(seal(reply)), reply);
  fc.assert(
    fc.property(answers, (outcomes) => {
      const sent = { ...reply, outcomes, undone: [] };
      const received = open(seal(sent), outcomes.length);
      assert.deepEqual(received, JSON.parse(JSON.stringify(sent)));
    }),
  );
});

test('a reply cut anywhere is refused with a reason', () => {
  const whole = seal(reply);
  for (let length = 0; length < whole.length; length++) {
    assert.equal(typeof open(whole.slice(0, length)), 'string', `cut to ${length} characters`);
  }
});

test('any text and any JSON is refused with a reason', () => {
  const text = fc.oneof(
    fc.string(),
    fc.json(),
    fc.jsonValue().map((json) => JSON.stringify({ [ENVELOPE_KEY]: json })),
  );
  fc.assert(
    fc.property(text, fc.nat(4), (payload, items) => {
      const received = open(payload, items, '0.0');
      assert.equal(typeof received, 'string');
      assert.notEqual(received, '');
    }),
    { numRuns: 1_000 },
  );
});

test('any change of a reply is refused, or still answers each item once', () => {
  const fields = fc.constantFrom('outcomes', 'undone', 'path', 'version', 'stats', 'identity', 'more');
  const ranges = fc.array(
    fc.record({
      start: fc.nat(5),
      end: fc.nat(1_000_000_000),
      soloCrashes: fc.nat(2),
      why: fc.constantFrom('late', 'suspect'),
    }),
    { maxLength: 3 },
  );
  const outcomes = fc.array(fc.constantFrom(...reply.outcomes), { maxLength: 5 });
  fc.assert(
    fc.property(fields, fc.oneof(fc.jsonValue(), ranges, outcomes), (field, value) => {
      const received = changed({ [field]: value });
      if (typeof received === 'string') return;
      const open = received.outcomes.flatMap((outcome, index) => (outcome === null ? [index] : []));
      const undone = received.undone.flatMap(({ start, end }) =>
        Array.from({ length: end - start }, (_, at) => start + at),
      );
      assert.equal(received.outcomes.length, reply.outcomes.length);
      assert.deepEqual(undone.sort(), open);
    }),
    { numRuns: 2_000 },
  );
});

const given = { soloCrashes: 0, why: 'late' };

const refusals: readonly (readonly [string, Record<string, unknown>, RegExp])[] = [
  ["somebody else's reply", { path: '0.4' }, /expected the reply of 0\.3, received that of 0\.4/],
  ['an outcome missing', { outcomes: reply.outcomes.slice(1) }, /expected 4 outcomes, received 3/],
  ['an outcome too many', { outcomes: [...reply.outcomes, null] }, /expected 4 outcomes, received 5/],
  ['an item neither answered nor given back', { undone: [] }, /gaps/],
  ['an item answered and given back', { undone: [{ ...given, start: 1, end: 4 }] }, /gaps/],
  ['an item given back twice', { undone: [2, 2].map((start) => ({ ...given, start, end: 4 })) }, /gaps/],
  ['items given back that nobody gave', { undone: [{ ...given, start: 2, end: 5 }] }, /gaps/],
  [
    'more items given back than memory holds',
    { undone: [{ ...given, start: 2, end: Number.MAX_SAFE_INTEGER }] },
    /gaps/,
  ],
  [
    'a piece that ends before it starts',
    { undone: [...reply.undone, { ...given, start: 3, end: 1 }] },
    /gaps/,
  ],
  [
    'an outcome that is both',
    { outcomes: [{ results: 1, error: { name: 'E', message: '' } }, ...reply.outcomes.slice(1)] },
    /expected a reply/,
  ],
];

for (const [title, change, reason] of refusals) {
  test(`a reply with ${title} is refused`, () => {
    assert.match(String(changed(change)), reason);
  });
}

test('the reply of a stored batch says which items are done, and the others are given back', () => {
  const storing = (...done: readonly { start: number; end: number; failed: number }[]) => ({
    ...reply,
    outcomes: [],
    stored: { done, parts: [], lines: [{ start: 0, lines: ['{}', '{}'], failed: [1] }] },
  });
  const sent = storing({ start: 0, end: 2, failed: 1 });
  const received = open(seal(sent), 4);
  assert.ok(typeof received === 'object');
  assert.deepEqual(received.outcomes, [storedError, storedResult, null, null]);
  assert.deepEqual(received.stored, sent.stored);
  assert.match(String(open(seal(storing()), 4)), /gaps/);
  assert.match(String(open(seal(storing({ start: 0, end: 3, failed: 0 })), 4)), /gaps/);
});

test('an envelope may name slices of a manifest instead of items', () => {
  const { items: _, ...rest } = envelope;
  const slice = { from: 10, to: 90, items: 4, first: 12 };
  const manifest = { uri: 's3://bucket/list', etag: '"a"', slices: [slice] };
  const event = JSON.parse(seal({ ...rest, manifest, batch: 'b' }));
  assert.deepEqual(openEnvelope(event), { ...rest, manifest, batch: 'b' });
  const broken = { ...rest, manifest: { ...manifest, slices: [{ ...slice, from: -1 }] } };
  assert.throws(() => openEnvelope({ [ENVELOPE_KEY]: broken }), /: manifest\.slices\.0\.from: /);
});
