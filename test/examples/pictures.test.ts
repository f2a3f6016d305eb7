import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import { before, suite, test } from 'node:test';
import sharp from 'sharp';
import { drawScene } from '../../examples/pictures/draw-scene.ts';
import type { Scene } from '../../examples/pictures/scene.ts';
import { expected, scenes } from '../../examples/pictures/scenes/index.ts';
import { colourShares, colours } from './nearest-colour.ts';

const folder = new URL('../../examples/pictures/', import.meta.url);

/** The repository carries the pictures for everybody who clones it. */
const MAX_TOTAL_BYTES = 400_000;
/** Side of the thumbnails that are compared and counted, in pixels. */
const THUMBNAIL = 64;
/** Mean difference per channel, of 255. Another encoder's rounding stays below, another picture is far above. */
const SAME_PICTURE = 2;
/** A main colour leads the next by this share at least, so that another way of counting sees it too. */
const CLEAR_LEAD = 0.03;

const thumbnail = async (bytes: Buffer): Promise<Uint8Array> => {
  const upright = sharp(bytes).autoOrient().flatten({ background: 'white' }).toColourspace('srgb');
  return await upright.resize(THUMBNAIL, THUMBNAIL, { fit: 'fill', kernel: 'linear' }).raw().toBuffer();
};

const meanDifference = (a: Uint8Array, b: Uint8Array): number => {
  assert.equal(a.length, b.length);
  return a.reduce((sum, value, i) => sum + Math.abs(value - (b[i] ?? 0)), 0) / a.length;
};

const read = (scene: Scene): Promise<Buffer> => readFile(new URL(scene.file, folder));

/** What the file's header should say, and what it does say. */
const headers = async (scene: Scene) => {
  const { storage, width, height } = scene;
  const found = await sharp(await read(scene)).metadata();
  const jpeg = storage.format === 'jpeg' ? storage : undefined;
  const png = storage.format === 'png' ? storage : undefined;
  return {
    stated: {
      mediaType: `image/${storage.format}`,
      upright: { width, height },
      progressive: jpeg?.progressive ?? false,
      orientation: jpeg?.orientation,
      palette: png?.palette !== undefined,
      alpha: png?.alpha ?? false,
      channels: jpeg?.grey ? 1 : png?.alpha ? 4 : 3,
    },
    found: {
      mediaType: found.mediaType,
      upright: found.autoOrient,
      progressive: found.isProgressive,
      orientation: found.orientation,
      palette: found.isPalette,
      alpha: found.hasAlpha,
      channels: found.channels,
    },
  };
};

suite('sample pictures', () => {
  const stored = new Map<string, Uint8Array>();
  before(async () => {
    for (const scene of scenes) stored.set(scene.file, await thumbnail(await read(scene)));
  });
  const storedThumbnail = (file: string): Uint8Array =>
    stored.get(file) ?? assert.fail(`no thumbnail of ${file}`);

  test('the folder holds the picture of every scene, and no other', async () => {
    const files = (await readdir(folder)).filter((name) => /\.(jpg|png|webp|avif)$/.test(name));
    assert.deepEqual(files.sort(), scenes.map(({ file }) => file).sort());
  });

  test('together they stay small', async () => {
    const sizes = await Promise.all(scenes.map(async (scene) => (await read(scene)).length));
    const totalBytes = sizes.reduce((sum, size) => sum + size, 0);
    assert.ok(totalBytes < MAX_TOTAL_BYTES, `expected under ${MAX_TOTAL_BYTES} bytes, got ${totalBytes}`);
  });

  test('each of the eleven colours is a main colour somewhere', () => {
    assert.deepEqual([...new Set(Object.values(expected).flat())].sort(), [...colours].sort());
  });

  test('no two are alike', () => {
    for (const [i, a] of scenes.entries()) {
      for (const b of scenes.slice(i + 1)) {
        const difference = meanDifference(storedThumbnail(a.file), storedThumbnail(b.file));
        assert.ok(difference > 5 * SAME_PICTURE, `${a.file} and ${b.file} differ by ${difference} only`);
      }
    }
  });

  for (const scene of scenes) {
    suite(scene.file, () => {
      test('has the stated format and upright size', async () => {
        const { stated, found } = await headers(scene);
        assert.deepEqual(found, stated);
      });

      test('drawn again, is the same picture', async () => {
        const drawn = await thumbnail(await drawScene(scene));
        const difference = meanDifference(drawn, storedThumbnail(scene.file));
        assert.ok(difference < SAME_PICTURE, `mean difference ${difference}; draw the pictures anew`);
      });

      test(`is mostly ${scene.expected.join(', then ')}`, () => {
        const shares = colourShares(storedThumbnail(scene.file));
        const ranked = [...shares].sort((a, b) => b[1] - a[1]);
        assert.deepEqual(
          ranked.slice(0, scene.expected.length).map(([colour]) => colour),
          scene.expected,
        );
        for (const place of scene.expected.keys()) {
          const lead = (ranked[place]?.[1] ?? 0) - (ranked[place + 1]?.[1] ?? 0);
          assert.ok(lead > CLEAR_LEAD, `${ranked[place]} leads ${ranked[place + 1]} by ${lead} only`);
        }
      });
    });
  }
});
