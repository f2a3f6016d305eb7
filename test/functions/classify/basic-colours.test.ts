import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { after, before, suite, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import type { Classifier } from '../../../functions/classify/model/classifier.ts';
import { loadModel } from '../../../functions/classify/model/load.ts';
import { references, terms } from '../../../models/basic-colours-references.ts';
import { basicColoursConfig, buildBasicColours } from '../../../models/build-basic-colours.ts';
import { tagsOf } from './model-folders.ts';

const folder = new URL('../../../models/basic-colours/', import.meta.url);
const edge = 64;

type Colour = readonly [number, number, number];
const ofHex = (hex: string): Colour =>
  [1, 3, 5].map((at) => Number.parseInt(hex.slice(at, at + 2), 16)) as [number, number, number];

/** A picture whose every pixel is as a function of its index says. */
const picture = (colourAt: (pixel: number) => Colour) => ({
  data: Uint8Array.from({ length: edge * edge * 3 }, (_, at) => colourAt(Math.floor(at / 3))[at % 3] ?? 0),
  width: edge,
  height: edge,
  channels: 3 as const,
});

/** What CSS and most people mean by the names. */
const plain: Readonly<Record<string, readonly string[]>> = {
  black: ['#000000', '#0a0a0a'],
  white: ['#ffffff', '#fafafa'],
  grey: ['#808080', '#a9a9a9', '#696969'],
  red: ['#ff0000', '#dc143c', '#cc0000'],
  green: ['#008000', '#00ff00', '#228b22', '#32cd32'],
  blue: ['#0000ff', '#4169e1', '#1e90ff', '#87ceeb', '#000080'],
  yellow: ['#ffff00', '#ffd700'],
  orange: ['#ffa500', '#ff8c00', '#ff7f00'],
  brown: ['#a52a2a', '#964b00', '#8b4513', '#654321'],
  pink: ['#ffc0cb', '#ff69b4', '#ffb6c1'],
  purple: ['#800080', '#8a2be2', '#4b0082'],
};

suite('basic-colours', () => {
  let model: Classifier;
  before(async () => {
    model = await loadModel(fileURLToPath(folder));
  });
  after(() => model.release());

  test('is what its script builds, byte for byte, and a few kilobytes', async () => {
    const built = buildBasicColours();
    assert.deepEqual(new Uint8Array(await readFile(new URL('model.onnx', folder))), new Uint8Array(built));
    assert.equal(await readFile(new URL('config.json', folder), 'utf8'), basicColoursConfig());
    assert.ok(built.length < 10_000);
  });

  test('squashes, since a share of an area needs no crop, and sees colours as they are meant', () => {
    assert.deepEqual(model.plan, {
      resize: { width: edge, height: edge },
      filter: 'bilinear',
      rounding: 'onnx-zoo',
      channels: 3,
      icc: 'convert',
      preprocess: 'fast',
    });
    assert.equal(model.classes, 11);
  });

  test('answers the name of a flat colour', async () => {
    for (const [term, colours] of Object.entries(plain)) {
      for (const hex of colours) {
        const [tag] = await tagsOf(
          model,
          picture(() => ofHex(hex)),
          1,
        );
        assert.equal(tag?.class, term, `${hex} is ${tag?.class}`);
        assert.ok(tag.confidence > 0.8, `${hex} is ${term} by ${tag.confidence} only`);
      }
    }
  });

  test('answers the name of each of its references', async () => {
    for (const term of terms) {
      for (const hex of references[term]) {
        const [tag] = await tagsOf(
          model,
          picture(() => ofHex(hex)),
          1,
        );
        assert.equal(tag?.class, term, hex);
        assert.ok(tag.confidence > 0.8, `${hex} is ${term} by ${tag.confidence} only`);
      }
    }
  });

  test('answers the share of the area, in any arrangement', async () => {
    const inRows = picture((pixel) => (pixel < (edge * edge) / 4 ? [255, 0, 0] : [0, 0, 255]));
    const scattered = picture((pixel) => (pixel % 4 === 0 ? [255, 0, 0] : [0, 0, 255]));
    for (const pixels of [inRows, scattered]) {
      const [most, next] = await tagsOf(model, pixels, 2);
      assert.deepEqual([most?.class, next?.class], ['blue', 'red']);
      assert.ok(Math.abs((most?.confidence ?? 0) - 0.75) < 0.01);
      assert.ok(Math.abs((next?.confidence ?? 0) - 0.25) < 0.01);
    }
  });

  test('knows every colour there is: the shares are positive and sum to 1', async () => {
    const level = fc.integer({ min: 0, max: 255 });
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(level, level, level), { minLength: 64, maxLength: 64 }),
        async (colours) => {
          const pixels = picture((pixel) => colours[pixel % 64] ?? [0, 0, 0]);
          const tags = await tagsOf(model, pixels, 11);
          assert.ok(tags.every((tag) => tag.confidence >= 0));
          assert.ok(Math.abs(tags.reduce((sum, tag) => sum + tag.confidence, 0) - 1) < 1e-4);
        },
      ),
      { numRuns: 50 },
    );
  });

  test('decides about every colour there is', async () => {
    const steps = [0, 51, 102, 153, 204, 255];
    const colours = steps.flatMap((red) =>
      steps.flatMap((green) => steps.map((blue) => [red, green, blue] as const)),
    );
    for (const colour of colours) {
      const [tag] = await tagsOf(
        model,
        picture(() => colour),
        1,
      );
      // far from all references all would share alike, none with more than 18 of 116
      assert.ok((tag?.confidence ?? 0) > 1 / 3, `${colour} is ${tag?.class} by ${tag?.confidence} only`);
    }
  });
});
