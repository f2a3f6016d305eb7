import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import * as z from 'zod';
import { each } from '../../engine/index.ts';
import { lineStarts } from '../../engine/policy/line-starts.ts';
import { openEnvelope } from '../../engine/protocol/envelope.ts';
import { type RequestForm, readRequest } from '../../engine/protocol/request.ts';
import { readClassifyConfig } from '../../functions/classify/config.ts';
import { createModels } from '../../functions/classify/models.ts';
import { createOrchestrate } from '../../functions/orchestrate/create-orchestrate.ts';
import { readOrchestrateRequest } from '../../functions/orchestrate/request.ts';
import { readTargets } from '../../functions/targets.ts';
import { parseReference } from '../../images/reference.ts';
import { manifestFile } from '../engine/support/manifest-file.ts';
import { memoryTree } from '../engine/support/memory-tree.ts';

/** No message is longer, whatever was sent. */
const SHORT = 1_500;

const targets = readTargets('classify=classify:live');

/** Arrays in arrays. */
const nested = (depth: number): unknown => JSON.parse('['.repeat(depth) + ']'.repeat(depth));

const manyKeys = (count: number): Readonly<Record<string, number>> =>
  Object.fromEntries(Array.from({ length: count }, (_, index) => [`key ${index}`, index]));

const refusalOf = async (act: () => unknown): Promise<Error> => {
  try {
    await act();
  } catch (error) {
    assert.ok(error instanceof Error);
    return error;
  }
  throw new assert.AssertionError({ message: 'it was not refused' });
};

const refused = async (act: () => unknown, message: RegExp): Promise<void> => {
  const error = await refusalOf(act);
  assert.equal(error.name, 'InvalidRequestError', error.message.slice(0, 300));
  assert.match(error.message, message);
  assert.ok(error.message.length < SHORT, `${error.message.length} characters`);
};

/** A form that counts the items it looks at. */
const counting = (): { readonly form: RequestForm; readonly looked: () => number } => {
  let looked = 0;
  const item = z.custom<string>((given) => {
    looked += 1;
    return typeof given === 'string';
  });
  return { form: { itemKey: 'image', item, options: {} }, looked: () => looked };
};

suite('a request of millions of items', () => {
  const items = Array<number>(1_900_000).fill(1);

  test('is read up to the first that is none, under raise', async () => {
    for (const request of [items, { images: items }]) {
      const { form, looked } = counting();
      await refused(() => readRequest(request, form), /^images\[0\]: .*received 1$/);
      assert.equal(looked(), 1);
    }
  });
});

suite('what is nested deeper than any stack', () => {
  const deep = nested(100_000);
  const { run } = memoryTree(each((item: unknown) => item));

  for (const [what, request] of [
    ['an item', { items: [1, deep], options: { onError: 'collect' } }],
    ['an item of a list', [deep]],
    ['a request', deep],
    ['an option', { items: [1], options: { topK: deep } }],
  ] as const) {
    test(`as ${what} is an invalid request`, () => refused(() => run(request), /at most 500 deep/));
  }

  test('is an invalid request to orchestrate', () => {
    const handler = createOrchestrate({
      config: { targets, calls: 1, slots: 1 },
      invoke: () => Promise.reject(new Error('nothing is called')),
    });
    const context = { awsRequestId: 'a', functionVersion: '1', getRemainingTimeInMillis: () => 60_000 };
    return refused(
      () => handler({ items: [deep], functions: { a: 'classify' } }, context),
      /at most 500 deep/,
    );
  });

  test('costs the other lines of a manifest nothing', async (t) => {
    const { uri, store } = await manifestFile(t, `1\n${'['.repeat(100_000)}${']'.repeat(100_000)}\n3\n`);
    const tree = memoryTree(
      each((item: unknown) => String(item).length),
      { shape: { store, allowFile: true } },
    );
    const { summary } = await tree.run({ manifest: uri, options: { onError: 'collect', resume: 'deep' } });
    assert.deepEqual([summary.items, summary.succeeded, summary.failed], [3, 3, 0]);
  });

  test('less deep than that passes', async () => {
    assert.deepEqual(await run([nested(400)]), [{ item: nested(400), results: nested(400) }]);
  });
});

suite('300,000 keys that nobody knows', () => {
  const keys = manyKeys(300_000);
  const { form } = counting();
  const strict: RequestForm = { itemKey: 'item', item: z.strictObject({ n: z.number() }), options: {} };

  for (const [what, act] of [
    ['beside the items', () => readRequest({ images: [], ...keys }, form)],
    ['among the options', () => readRequest({ images: [], options: keys }, form)],
    ['in the place of an item', () => readRequest([keys], form)],
    ['in an item', () => readRequest([{ n: 1, ...keys }], strict)],
    ['in an envelope', () => openEnvelope({ $droste: keys })],
    [
      'in a request to orchestrate',
      () => readOrchestrateRequest({ items: [], functions: {}, ...keys }, targets),
    ],
    ['as names of functions', () => readOrchestrateRequest({ items: [], functions: keys }, targets)],
  ] as const) {
    test(`${what} make a short message`, () => refused(act, /key|expected/));
  }

  test('are named up to a few, and the others are counted', () =>
    refused(
      () => readRequest({ images: [], options: keys }, form),
      /^options: unknown key 0, key 1, .* and 299992 more; expected one of onError,/,
    ));
});

suite('a text of megabytes', () => {
  const text = 'x'.repeat(5_000_000);
  const { form } = counting();

  for (const [what, act] of [
    ['as a key', () => readRequest({ images: [], [text]: 1 }, form)],
    ['as an option', () => readRequest({ images: [], options: { onError: text } }, form)],
    ['as the name of an option', () => readRequest({ images: [], options: { [text]: 1 } }, form)],
    ['as a reference', () => parseReference(text)],
    ['as a bucket', () => parseReference(`s3://${text}!/key`)],
    ['as a type of data', () => parseReference(`data:${text};base64,AAAA`)],
    ['as a function', () => readOrchestrateRequest({ items: [], functions: { a: text } }, targets)],
    [
      'as the name of a function',
      () => readOrchestrateRequest({ items: [], functions: { [text]: 'a' } }, targets),
    ],
    ['as a model', () => createModels(readClassifyConfig({})).named(text)],
    [
      'as a manifest',
      () => memoryTree(each(String), { shape: { store: 'file:///none/' } }).run({ manifest: text }),
    ],
  ] as const) {
    test(`${what} makes a short message`, () => refused(act, /./));
  }
});

test('a request names at most 64 functions', () => {
  const functions = Object.fromEntries(Array.from({ length: 2_000 }, (_, at) => [`f${at}`, 'classify']));
  return refused(
    () => readOrchestrateRequest({ items: [], functions }, targets),
    /functions: expected at most 64 functions, received 2000/,
  );
});

test('a model that nobody has is the request’s mistake, told without the folder', async () => {
  const models = createModels(readClassifyConfig({}));
  await refused(
    () => models.named('no-such-model'),
    /^options\.models: expected the name of a model \(basic-colours\), received "no-such-model"$/,
  );
});

test('a reference that is none is told what is taken, and files are not offered', async () => {
  const { message } = await refusalOf(() => parseReference('no reference'));
  assert.doesNotMatch(message, /file:|http:/);
});

suite('a manifest of one line', () => {
  test('of 900 MB is given up after the 6 MiB that an item may have', () => {
    const chunk = new Uint8Array(64 * 1024).fill(0x61);
    const starts = lineStarts();
    let read = 0;
    assert.throws(
      () => {
        for (; read < 900 * 2 ** 20; read += chunk.length) starts.add(chunk);
      },
      { name: 'InvalidRequestError', message: /lines of at most 6291456 bytes, received more in line 1/ },
    );
    assert.ok(read < 7 * 2 ** 20, `${read} bytes were read`);
  });

  test('is refused by name, packed too', async (t) => {
    const { uri, store, rewrite } = await manifestFile(t, '', 'list.jsonl.gz');
    await rewrite(gzipSync(`"a"\n"${'b'.repeat(64 * 2 ** 20)}"\n`));
    const { run } = memoryTree(each(String), { shape: { store, allowFile: true } });
    for (const manifest of [uri, { uri, column: 'image' }]) {
      await refused(() => run({ manifest }), /expected lines of at most .* in line 2/);
    }
  });

  test('is refused by name', async (t) => {
    const { uri, store } = await manifestFile(t, `a\n${'b'.repeat(7 * 2 ** 20)}\nc\n`);
    const { run } = memoryTree(each(String), { shape: { store, allowFile: true } });
    await refused(() => run({ manifest: uri }), /^file:.*: expected lines of at most .* in line 2/);
  });
});
