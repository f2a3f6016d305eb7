import assert from 'node:assert/strict';
import { test } from 'node:test';
import sharp from 'sharp';
import { createClassify, createDecode } from '../../../functions/classify/classify.ts';
import type { Classifier } from '../../../functions/classify/model/classifier.ts';
import type { Decoding, PixelPlan, Pixels } from '../../../images/pixels.ts';

/** What a model with a plan is given of a picture, when a request says something of decoding. */
const seen = async (bytes: Uint8Array, plan: Partial<PixelPlan>, options: Decoding): Promise<Pixels> => {
  const given: Pixels[] = [];
  const classifier: Classifier = {
    name: 'fake',
    sha256: '0',
    plan: { filter: 'bilinear', channels: 3, ...plan },
    classes: 1,
    kind: { form: 'embedding' },
    warnings: [],
    answer: async (pixels) => {
      // the memory is taken back once it has answered
      given.push({ ...pixels, data: Uint8Array.from(pixels.data) });
      return { tags: [] };
    },
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
    onNativeFailure: () => {},
  });
  await work('https://example.com/a.png', {
    options,
    signal: new AbortController().signal,
    deadline: Number.MAX_SAFE_INTEGER,
    path: '0',
    note: () => {},
    identify: () => {},
  });
  const [pixels] = given;
  assert.ok(pixels !== undefined);
  return pixels;
};

const firstPixel = ({ data }: Pixels): readonly number[] => [...data.subarray(0, 3)];

const wide = sharp(Buffer.alloc(6 * 4 * 4).fill(Uint8Array.of(200, 60, 40, 255)), {
  raw: { width: 6, height: 4, channels: 4 },
});

test('a request says of decoding what the model does not, and stands above what it does', async () => {
  const lying = await wide.clone().withMetadata({ orientation: 6 }).png().toBuffer();
  assert.equal((await seen(lying, {}, {})).width, 4);
  assert.equal((await seen(lying, {}, { exif: false })).width, 6);
  assert.equal((await seen(lying, { exif: false }, {})).width, 6);
  assert.equal((await seen(lying, { exif: false }, { exif: true })).width, 4);
});

test('a profile is converted where model or request want it, and not otherwise', async () => {
  const bytes = await wide.clone().removeAlpha().withIccProfile('p3').png().toBuffer();
  const stored = [...(await sharp(bytes, { ignoreIcc: true }).raw().toBuffer()).subarray(0, 3)];
  assert.notDeepEqual(stored, [200, 60, 40]);
  assert.deepEqual(firstPixel(await seen(bytes, {}, {})), stored);
  for (const [plan, options] of [
    [{ icc: 'convert' }, {}],
    [{}, { icc: 'convert' }],
  ] as const) {
    for (const [at, value] of firstPixel(await seen(bytes, plan, options)).entries()) {
      assert.ok(Math.abs(value - ([200, 60, 40][at] ?? 0)) <= 1, `${value}`);
    }
  }
  assert.deepEqual(firstPixel(await seen(bytes, { icc: 'convert' }, { icc: 'ignore' })), stored);
});

test('transparency is put on white unless it is to be dropped', async () => {
  const clear = sharp(Buffer.alloc(16).fill(Uint8Array.of(9, 99, 199, 0)), {
    raw: { width: 2, height: 2, channels: 4 },
  });
  const bytes = await clear.png().toBuffer();
  assert.deepEqual(firstPixel(await seen(bytes, {}, {})), [255, 255, 255]);
  assert.deepEqual(firstPixel(await seen(bytes, {}, { alpha: 'drop' })), [9, 99, 199]);
});

test('several models decode a picture once for each way in which they want it, and fetch it once', async () => {
  const plans: Readonly<Record<string, Partial<PixelPlan>>> = {
    plain: {},
    explicit: { icc: 'ignore', exif: true, alpha: 'white', preprocess: 'auto', rounding: 'transformers' },
    small: { resize: { width: 2, height: 2 } },
    alike: { resize: { width: 2, height: 2 } },
    grey: { channels: 1 },
  };
  const named = async (name: string): Promise<Classifier> => ({
    name,
    sha256: '0',
    plan: { filter: 'bilinear', channels: 3, ...plans[name] },
    classes: 1,
    kind: { form: 'embedding' },
    warnings: [],
    answer: async () => ({ tags: [] }),
    release: async () => {},
  });
  let fetched = 0;
  const bytes = await wide.clone().png().toBuffer();
  const decode = createDecode({
    models: { default: () => named('plain'), named },
    sources: {
      fetch: async () => {
        fetched += 1;
        return Uint8Array.from(bytes);
      },
      close: async () => {},
    },
    limits: { maxPixels: 1e8 },
  });
  const decoded = async (options: Decoding) => {
    const { pixels } = await decode('https://example.com/a.png', {
      options: { models: Object.keys(plans), ...options },
      signal: new AbortController().signal,
      note: () => {},
    });
    assert.equal(pixels.length, 5);
    // each decode makes pixels of its own
    return { pixels, decodes: new Set(pixels.map(({ data }) => data)).size };
  };
  const { pixels, decodes } = await decoded({});
  assert.equal(decodes, 3);
  assert.deepEqual(
    pixels.map(({ width, channels }) => [width, channels]),
    [
      [6, 3],
      [6, 3],
      [2, 3],
      [2, 3],
      [6, 1],
    ],
  );
  assert.equal((await decoded({ alpha: 'drop' })).decodes, 3);
  assert.equal(fetched, 2);
});
