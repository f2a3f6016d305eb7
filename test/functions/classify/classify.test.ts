import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createClassify, type DecodedPicture } from '../../../functions/classify/classify.ts';
import type { Classifier } from '../../../functions/classify/model/classifier.ts';
import type { Pixels } from '../../../images/index.ts';
import { ModelLoadError } from '../../../platform/index.ts';

const square = (): Pixels => ({ data: new Uint8Array(12).fill(7), width: 2, height: 2, channels: 3 });

const names = ['one', 'two', 'three'];

/** Classifies a picture by three models, the last of which answers after the others. */
const classified = (pixels: DecodedPicture['pixels'], answer: Classifier['answer']) => {
  const named = async (name: string): Promise<Classifier> => ({
    name,
    sha256: name,
    plan: { filter: 'bilinear', channels: 3 },
    kind: { form: 'embedding' },
    classes: 1,
    warnings: [],
    answer: async (given) => {
      if (name === 'three') await new Promise((resolve) => setImmediate(resolve));
      return answer(given);
    },
    release: async () => {},
  });
  const classify = createClassify({
    models: { default: () => named('one'), named },
    decode: async () => ({ reference: 'a.png', pixels }),
    onNativeFailure: () => {},
  });
  return classify('a.png', {
    options: { models: names },
    signal: new AbortController().signal,
    deadline: Number.MAX_SAFE_INTEGER,
    path: '0',
    note: () => {},
    identify: () => {},
  });
};

test('the memory of pixels is free once every model has answered, and not before', async () => {
  const [shared, other] = [square(), square()];
  const seen: number[] = [];
  await classified([shared, other, shared], async ({ data }) => {
    seen.push(data.length);
    return { tags: [] };
  });
  assert.deepEqual(seen, [12, 12, 12]);
  assert.deepEqual([shared.data.length, other.data.length], [0, 0]);
});

test('where a model fails, the others keep the pixels that they are at', async () => {
  const shared = square();
  const { promise, resolve } = Promise.withResolvers<number>();
  let asked = 0;
  const failing = classified([shared, shared, shared], async ({ data }) => {
    asked += 1;
    if (asked === 1) throw new ModelLoadError('broken');
    if (asked === names.length) resolve(data.length);
    return { tags: [] };
  });
  await assert.rejects(failing, { name: 'ModelLoadError' });
  assert.equal(await promise, 12);
});
