import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import { suite, test } from 'node:test';
import { loadModel } from '../../../functions/classify/model/load.ts';
import { decodePixels } from '../../../images/adapters/sharp.ts';
import type { Pixels } from '../../../images/pixels.ts';
import { needsSharedData, sharedPath } from './shared-data.ts';

/** Ordered top-5 of `[class index, raw score, probability]` per photo, computed independently of this project. */
interface Expected {
  readonly images: Readonly<
    Record<string, { readonly 'pil-crop256-bilinear': readonly (readonly [number, number, number])[] }>
  >;
}

/**
 * The share of photos with the same best class as Pillow's bilinear resize and centre crop. Not all of them: sharp
 * resizes a little differently, and int8 models tip over on less.
 */
const least: Readonly<Record<string, number>> = {
  'squeezenet1.1': 0.95,
  'mobilenetv1-0.25-nhwc': 0.95,
  'squeezenet1.0-tf-1001': 0.95,
  'mobilenetv2-int8': 0.91,
  'shufflenetv2-qdq': 0.91,
};

const maxPixels = 50_000_000;
let photos: Promise<ReadonlyMap<string, Pixels>> | undefined;

suite('agreement with the references', needsSharedData, () => {
  for (const [name, share] of Object.entries(least)) {
    test(`${name} answers as Pillow and ONNX Runtime do on ${share * 100} % of the photos or more`, async () => {
      const classifier = await loadModel(sharedPath(`models/${name}`));
      const labels = await labelsOf(name);
      const expected: Expected = JSON.parse(await readFile(sharedPath(`expected/${name}.json`), 'utf8'));
      // all five models decode alike, so each photo is decoded once
      photos ??= decodeAll(classifier.plan);
      let agreed = 0;
      let difference = 0;
      for (const [photo, pixels] of await photos) {
        const [best] = await classifier.classify(pixels, 1);
        const [reference] = expected.images[photo]?.['pil-crop256-bilinear'] ?? [];
        if (best === undefined || reference === undefined) continue;
        if (best.class !== labels[reference[0]]) continue;
        agreed += 1;
        difference += Math.abs(best.confidence - reference[2]);
      }
      const { size } = await photos;
      assert.ok(size > 200);
      assert.ok(agreed / size >= share, `${agreed} of ${size} agree`);
      // softmax over probabilities, or none over logits, would show here and not in the order
      assert.ok(difference / agreed < 0.06, `probabilities differ by ${difference / agreed} on average`);
      await classifier.release();
    });
  }
});

const labelsOf = async (name: string): Promise<Readonly<Record<number, string>>> =>
  JSON.parse(await readFile(sharedPath(`models/${name}/config.json`), 'utf8')).id2label;

const decodeAll = async (plan: Parameters<typeof decodePixels>[1]): Promise<ReadonlyMap<string, Pixels>> => {
  const folder = sharedPath('photos/labelled/');
  const decoded = new Map<string, Pixels>();
  for (const file of await readdir(folder)) {
    if (!/\.jpe?g$/i.test(file)) continue;
    decoded.set(file, await decodePixels(await readFile(folder + file), plan, { maxPixels }));
  }
  return decoded;
};
