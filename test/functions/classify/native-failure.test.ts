import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { createClassify, createDecode } from '../../../functions/classify/classify.ts';
import type { Classifier } from '../../../functions/classify/model/classifier.ts';
import { startLocalHost } from '../../../local/index.ts';
import { ImageDecodeError, ModelLoadError } from '../../../platform/errors.ts';

const picture = await readFile(new URL('../../../examples/pictures/lemon.jpg', import.meta.url));

const classifyWith = (answer: Classifier['answer'], bytes: Uint8Array = picture) => {
  let failures = 0;
  const classifier: Classifier = {
    name: 'fake',
    sha256: '0',
    plan: { filter: 'bilinear', channels: 3 },
    classes: 1,
    kind: { form: 'embedding' },
    warnings: [],
    answer,
    release: async () => {},
  };
  const models = { default: async () => classifier, named: async () => classifier };
  const work = createClassify({
    models,
    decode: createDecode({
      models,
      sources: { fetch: async () => Uint8Array.from(bytes), close: async () => {} },
      limits: { maxPixels: 1e8 },
    }),
    onNativeFailure: () => {
      failures += 1;
    },
  });
  const run = () =>
    Promise.resolve(
      work('https://example.com/lemon.jpg', {
        options: {},
        signal: new AbortController().signal,
        deadline: Number.MAX_SAFE_INTEGER,
        path: '0',
        note: () => {},
        identify: () => {},
      }),
    );
  return { run, failures: () => failures };
};

test('a graph that fails on a picture is a native failure, and an error that names the picture', async () => {
  const { run, failures } = classifyWith(async () => {
    throw new ModelLoadError('the graph failed');
  });
  await assert.rejects(run(), {
    name: 'ModelLoadError',
    message: 'https://example.com/lemon.jpg: the graph failed',
  });
  assert.equal(failures(), 1);
});

test('a broken picture is none', async () => {
  const { run, failures } = classifyWith(async () => ({ tags: [] }), picture.subarray(0, 2_000));
  await assert.rejects(run(), ImageDecodeError);
  assert.equal(failures(), 0);
});

for (const where of ['on the main thread', 'in a thread']) {
  test(`an environment that failed in native code ${where} goes on to its answer, and is not used again`, async (t) => {
    const ended = Promise.withResolvers<string>();
    const host = await startLocalHost({
      concurrency: 1,
      functions: [{ name: 'retires', module: new URL('./handlers/retires.ts', import.meta.url).href }],
      observe: (event) => {
        if (event.kind === 'environment ended') ended.resolve(event.reason);
      },
    });
    t.after(() => host.close());
    const ask = async (event: string) => {
      const reply = await host.invoke('retires', JSON.stringify(event));
      assert.equal(reply.kind, 'executed');
      assert.equal(reply.kind === 'executed' && reply.functionError, undefined);
      return reply.kind === 'executed' ? Number(reply.payload.toString()) : 0;
    };
    const first = await ask('nothing');
    assert.equal(await ask('nothing'), first);
    assert.equal(await ask(where), first);
    assert.equal(await ended.promise, 'exited');
    assert.notEqual(await ask('nothing'), first);
  });
}
