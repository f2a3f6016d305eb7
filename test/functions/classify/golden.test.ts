import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import { suite, test } from 'node:test';
import type { Tag } from '../../../functions/classify/core/answer.ts';
import { loadModel } from '../../../functions/classify/model/load.ts';
import { decodePixels } from '../../../images/adapters/sharp.ts';
import type { Pixels } from '../../../images/pixels.ts';
import { tagsOf } from './model-folders.ts';
import { needsSharedData, sharedPath } from './shared-data.ts';

type Scored = readonly [index: number, score: number, probability: number];

/** Ordered top-5 per photo, computed with Pillow and ONNX Runtime, independently of this project. */
interface Expected {
  readonly images: Readonly<Record<string, { readonly 'pil-crop256-bilinear': readonly Scored[] }>>;
}

/** Models, and by how much a probability may differ: the references are rounded to 6 digits, and quantised sums are whole. */
const models: Readonly<Record<string, number>> = {
  'squeezenet1.1': 1e-4,
  'mobilenetv1-0.25-nhwc': 1e-4,
  'squeezenet1.0-tf-1001': 1e-4,
  'mobilenetv2-int8': 1e-6,
  'shufflenetv2-qdq': 1e-6,
};

let photos: Promise<ReadonlyMap<string, Pixels>> | undefined;

suite('the same pixels as Python', needsSharedData, () => {
  for (const [name, tolerance] of Object.entries(models)) {
    test(`${name} gives the ordered five best classes of Pillow and ONNX Runtime on every photo`, async () => {
      const classifier = await loadModel(sharedPath(`models/${name}`));
      const labels = await labelsOf(name);
      const expected: Expected = JSON.parse(await readFile(sharedPath(`expected/${name}.json`), 'utf8'));
      // all five models decode alike, so each photo is decoded once
      photos ??= decodeAll(classifier.plan);
      assert.equal((await photos).size, 201);
      for (const [photo, pixels] of await photos) {
        const references = expected.images[photo]?.['pil-crop256-bilinear'] ?? [];
        assert.equal(references.length, 5, photo);
        agree(await tagsOf(classifier, pixels, 5), references, labels, tolerance, photo);
      }
      await classifier.release();
    });
  }
});

const agree = (
  tags: readonly Tag[],
  references: readonly Scored[],
  labels: Readonly<Record<number, string>>,
  tolerance: number,
  photo: string,
): void => {
  assert.deepEqual(
    tags.map((tag) => tag.class),
    references.map(([index]) => labels[index]),
    photo,
  );
  for (const [rank, [, , probability]] of references.entries()) {
    const confidence = tags[rank]?.confidence ?? Number.NaN;
    assert.ok(
      Math.abs(confidence - probability) <= tolerance,
      `${photo}, rank ${rank}: expected ${probability}, received ${confidence}`,
    );
  }
};

const labelsOf = async (name: string): Promise<Readonly<Record<number, string>>> =>
  JSON.parse(await readFile(sharedPath(`models/${name}/config.json`), 'utf8')).id2label;

/** The references were made without turning pictures by EXIF, and one of the photos says that it lies. */
const LYING = new Set(['n02951585_can_opener.JPEG']);

const decodeAll = async (plan: Parameters<typeof decodePixels>[1]): Promise<ReadonlyMap<string, Pixels>> => {
  const folder = sharedPath('photos/labelled/');
  const decoded = new Map<string, Pixels>();
  for (const file of await readdir(folder)) {
    if (!/\.jpe?g$/i.test(file)) continue;
    decoded.set(file, await decodePixels(await readFile(folder + file), { ...plan, exif: !LYING.has(file) }));
  }
  return decoded;
};
