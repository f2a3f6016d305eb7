import assert from 'node:assert/strict';
import { test } from 'node:test';
import { INLINE_WITH_STORE_BYTES } from '../../../engine/limits.ts';
import { ENVELOPE_KEY, type Envelope, seal, versionMeant } from '../../../engine/protocol/envelope.ts';
import { pack, unpack } from '../../../engine/protocol/wire.ts';
import { SYNC_REQUEST_MAX_BYTES } from '../../../platform/aws-quotas.ts';
import { createMemoryStore } from '../../../platform/storage/memory-store.ts';

const envelope: Envelope = {
  items: [''],
  options: {},
  depth: 1,
  path: '0.0',
  slots: 1,
  deadline: 1_800_000_000_000,
  version: '7',
  identity: {},
  rootRequestId: 'root',
  attempt: 0,
};

/** An envelope of so many bytes once it is sealed; its item has characters of several bytes if that is asked for. */
const ofBytes = (bytes: number, character = 'x'): Envelope => {
  const room = bytes - Buffer.byteLength(seal(envelope));
  const size = Buffer.byteLength(character);
  return { ...envelope, items: [character.repeat(Math.floor(room / size)) + 'x'.repeat(room % size)] };
};

const emptyStore = () => {
  const store = createMemoryStore();
  return { store, open: async () => store };
};

test('what fits travels as it is, and nothing is put aside', async () => {
  const { store, open } = emptyStore();
  for (const [message, openStore] of [
    [envelope, undefined],
    [envelope, open],
    [ofBytes(INLINE_WITH_STORE_BYTES), open],
    [ofBytes(SYNC_REQUEST_MAX_BYTES), undefined],
  ] as const) {
    const text = await pack(message, openStore);
    assert.equal(text, seal(message));
    assert.deepEqual(await unpack(JSON.parse(text), openStore), { [ENVELOPE_KEY]: message });
  }
  assert.deepEqual(await store.list('claims/'), []);
});

test('what is larger is put aside, and a claim of a few bytes travels, with the version', async () => {
  const { store, open } = emptyStore();
  const message = ofBytes(INLINE_WITH_STORE_BYTES + 1);
  const text = await pack(message, open);
  assert.ok(text.length < 200);
  assert.equal(versionMeant(JSON.parse(text)), '7');
  assert.equal((await store.list('claims/')).length, 1);
  assert.deepEqual(await unpack(JSON.parse(text), open), { [ENVELOPE_KEY]: message });
});

test('bytes count, not characters', async () => {
  const { store, open } = emptyStore();
  const message = ofBytes(INLINE_WITH_STORE_BYTES + 1, '日');
  assert.ok(seal(message).length < INLINE_WITH_STORE_BYTES);
  assert.deepEqual(await unpack(JSON.parse(await pack(message, open)), open), { [ENVELOPE_KEY]: message });
  assert.equal((await store.list('claims/')).length, 1);
});

test('where there is no store, what is too large is refused, saying what would carry it', async () => {
  await assert.rejects(pack(ofBytes(SYNC_REQUEST_MAX_BYTES + 1)), {
    name: 'PayloadTooLargeError',
    message:
      'Expected at most 6291456 bytes in one message, received 6291457 (with a STORE, larger ones are put aside).',
  });
});

test('a caller outside Lambda, which has no version yet, puts aside a claim without one', async () => {
  const { open } = emptyStore();
  const { version: _, ...message } = ofBytes(INLINE_WITH_STORE_BYTES + 100);
  const text = await pack(message, open);
  assert.equal(versionMeant(JSON.parse(text)), undefined);
  assert.deepEqual(await unpack(JSON.parse(text), open), { [ENVELOPE_KEY]: message });
});

test('a claim that is gone is told as such, with where it was looked for', async () => {
  const { open } = emptyStore();
  const text = await pack(ofBytes(INLINE_WITH_STORE_BYTES + 1), open);
  await assert.rejects(unpack(JSON.parse(text), emptyStore().open), {
    name: 'ChildInvocationError',
    message:
      /^Expected a payload of 1048577 bytes at .*claims\/[0-9a-f]{64}, found none: it may have expired\.$/,
  });
});

test('a claim whose content was changed is not believed', async () => {
  const { store, open } = emptyStore();
  const text = await pack(ofBytes(INLINE_WITH_STORE_BYTES + 1), open);
  const [{ key } = { key: '' }] = await store.list('claims/');
  await store.put(key, Buffer.from(seal({ ...envelope, items: ['forged'] })));
  await assert.rejects(unpack(JSON.parse(text), open), {
    name: 'ChildInvocationError',
    message: /^Expected 1048577 bytes of sha256 .* received \d+ of /,
  });
});

test('a claim where no store is configured is a matter of configuration', async () => {
  const text = await pack(ofBytes(INLINE_WITH_STORE_BYTES + 1), emptyStore().open);
  await assert.rejects(unpack(JSON.parse(text)), {
    name: 'ConfigurationError',
    message: 'STORE: expected a store to redeem a claim from, found none',
  });
});

test('what only looks like a claim is left for whoever reads the message', async () => {
  const { open } = emptyStore();
  const sha256 = '0'.repeat(64);
  for (const content of [
    { claim: { sha256: '../../secret', bytes: 1 } },
    { claim: { sha256, bytes: -1 } },
    { claim: { sha256, bytes: 1 }, depth: 1 },
    null,
  ]) {
    const sealed = { [ENVELOPE_KEY]: content };
    assert.equal(await unpack(sealed, open), sealed);
  }
});
