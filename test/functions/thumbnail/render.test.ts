import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite, test } from 'node:test';
import { pathToFileURL } from 'node:url';
import sharp, { type Sharp } from 'sharp';
import { decodePixels } from '../../../images/adapters/sharp.ts';
import { createRender, type Decode } from '../../../images/adapters/sharp-render.ts';
import type { Render } from '../../../images/rendering.ts';
import { difference, flat, gradient } from '../../images/support/pictures.ts';
import { sharedData, skipWithout } from '../../images/support/shared-data.ts';
import { bytesOf, thumbnailOf, thumbnailsOf } from './support/function.ts';

const near = (actual: readonly number[], expected: readonly number[], levels = 3): void => {
  const far = actual.some((value, index) => Math.abs(value - (expected[index] ?? 999)) > levels);
  assert.ok(!far && actual.length === expected.length, `expected about ${expected}, received ${actual}`);
};

/** Pixel values of a thumbnail. */
const pixel = async (bytes: Uint8Array, x: number, y: number): Promise<readonly number[]> => {
  const { data, info } = await sharp(bytes).raw().toBuffer({ resolveWithObject: true });
  const at = (y * info.width + x) * info.channels;
  return [...data.subarray(at, at + info.channels)];
};

/** Root of the mean squared difference of grey values, of two pictures brought to 32 × 32: how far they look apart. */
const distance = async (a: Uint8Array, b: Uint8Array): Promise<number> => {
  const grey = (bytes: Uint8Array) =>
    sharp(bytes).flatten({ background: '#fff' }).resize(32, 32, { fit: 'fill' }).greyscale().raw().toBuffer();
  const [left, right] = await Promise.all([grey(a), grey(b)]);
  return Math.sqrt(left.reduce((sum, value, at) => sum + (value - (right[at] ?? 0)) ** 2, 0) / left.length);
};

/** The picture itself, scaled with none of our code and no decoding at reduced size. */
const reference = async (bytes: Uint8Array, side: number): Promise<Buffer> => {
  const upright = await sharp(bytes).rotate().png().toBuffer();
  return sharp(upright).resize(side, side, { fit: 'inside', withoutEnlargement: true }).png().toBuffer();
};

suite('a thumbnail', () => {
  test('is what its answer says', async () => {
    const picture = await gradient(400, 300).jpeg().toBuffer();
    for (const format of ['jpeg', 'webp', 'avif', 'png'] as const) {
      const thumbnail = await thumbnailOf(picture, { size: 80, format });
      const bytes = bytesOf(thumbnail);
      const meta = await sharp(bytes).metadata();
      assert.deepEqual(
        {
          width: thumbnail.width,
          height: thumbnail.height,
          format: thumbnail.format,
          bytes: thumbnail.bytes,
        },
        { width: 80, height: 60, format, bytes: bytes.length },
      );
      assert.deepEqual([meta.width, meta.height], [80, 60]);
      assert.equal(meta.format, format === 'avif' ? 'heif' : format);
      assert.match(thumbnail.uri, new RegExp(`^data:image/${format};base64,`));
      assert.ok((await distance(bytes, await reference(picture, 80))) < 3, format);
    }
  });

  test('is smaller with less quality', async () => {
    const picture = await gradient(400, 300).png().toBuffer();
    for (const format of ['jpeg', 'webp', 'avif'] as const) {
      const [low, high] = await Promise.all(
        [10, 95].map((quality) => thumbnailOf(picture, { size: 200, format, quality })),
      );
      assert.ok((low?.bytes ?? 0) < (high?.bytes ?? 0), format);
    }
  });

  test('stands upright whatever the EXIF orientation', async () => {
    const upright = await thumbnailOf(await gradient(400, 240).jpeg().toBuffer(), {
      size: 50,
      format: 'png',
    });
    // what has to be done to an upright picture, step by step, for it to be stored in each orientation
    const mirror = (picture: Sharp) => picture.flop();
    const turn = (degrees: number) => (picture: Sharp) => picture.rotate(degrees);
    const stored = {
      1: [],
      2: [mirror],
      3: [turn(180)],
      4: [mirror, turn(180)],
      5: [turn(90), mirror],
      6: [turn(270)],
      7: [turn(270), mirror],
      8: [turn(90)],
    };
    const raw = await gradient(400, 240).png().toBuffer();
    for (const [orientation, steps] of Object.entries(stored)) {
      let turned = raw;
      for (const step of steps) turned = await step(sharp(turned)).png().toBuffer();
      const file = await sharp(turned)
        .withMetadata({ orientation: Number(orientation) })
        .jpeg()
        .toBuffer();
      for (const options of [{ size: 50 }, { sizes: [50, 20] }]) {
        const thumbnail = await thumbnailOf(file, { ...options, format: 'png' });
        assert.deepEqual([thumbnail.width, thumbnail.height], [50, 30], orientation);
        assert.ok((await distance(bytesOf(thumbnail), bytesOf(upright))) < 4, `orientation ${orientation}`);
        assert.equal((await sharp(bytesOf(thumbnail)).metadata()).orientation, undefined);
      }
      const cropped = await thumbnailOf(file, { width: 30, height: 30, fit: 'cover', format: 'png' });
      const expected = await sharp(raw).resize(30, 30, { fit: 'cover' }).png().toBuffer();
      assert.ok((await distance(bytesOf(cropped), expected)) < 4, `orientation ${orientation}, cropped`);
    }
  });

  test('keeps transparency in png, webp and avif, and has the background under it in jpeg and raw', async () => {
    const clear = await sharp({
      create: { width: 60, height: 60, channels: 4, background: { r: 255, g: 0, b: 0, alpha: 0 } },
    })
      .png()
      .toBuffer();
    for (const format of ['png', 'webp', 'avif']) {
      const kept = await thumbnailOf(clear, { size: 30, format });
      assert.equal((await pixel(bytesOf(kept), 15, 15)).at(3), 0, format);
    }
    for (const sizes of [{ size: 30 }, { sizes: [30, 10] }]) {
      near(await pixel(bytesOf(await thumbnailOf(clear, sizes)), 15, 15), [255, 255, 255]);
      const green = await thumbnailOf(clear, { ...sizes, background: '#00ff00' });
      near(await pixel(bytesOf(green), 15, 15), [0, 255, 1]);
    }
    const raw = await thumbnailOf(clear, { size: 30, format: 'raw', background: '#00f' });
    assert.deepEqual([...bytesOf(raw).subarray(0, 3)], [0, 0, 255]);
  });

  test('is padded with the background by contain, and transparently where it can be', async () => {
    const red = await flat(80, 40, [255, 0, 0]).png().toBuffer();
    const contain = { size: 40, fit: 'contain' };
    const white = bytesOf(await thumbnailOf(red, contain));
    near(await pixel(white, 20, 2), [255, 255, 255]);
    near(await pixel(white, 20, 20), [254, 0, 0], 6);
    near(
      await pixel(bytesOf(await thumbnailOf(red, { ...contain, background: '#00ff00' })), 20, 37),
      [0, 255, 1],
    );
    const clear = bytesOf(await thumbnailOf(red, { ...contain, format: 'png' }));
    assert.equal((await pixel(clear, 20, 2)).at(3), 0);
    assert.deepEqual(await pixel(clear, 20, 20), [255, 0, 0, 255]);
  });

  test('shows the first frame of what moves', async () => {
    const frames = await Promise.all(
      [flat(20, 20, [255, 0, 0]), flat(20, 20, [0, 0, 255])].map((frame) => frame.png().toBuffer()),
    );
    for (const format of ['gif', 'webp'] as const) {
      const moving = await sharp(frames, { join: { animated: true } })
        [format]({ loop: 0 })
        .toBuffer();
      assert.equal((await sharp(moving).metadata()).pages, 2);
      const still = await thumbnailOf(moving, { size: 10, format: 'png' });
      assert.deepEqual([still.width, still.height], [10, 10]);
      near((await pixel(bytesOf(still), 5, 5)).slice(0, 3), [255, 0, 0]);
    }
  });

  test('carries no metadata of the picture', async () => {
    const tagged = await gradient(100, 80)
      .withMetadata({ exif: { IFD0: { Copyright: 'somebody' } } })
      .jpeg()
      .toBuffer();
    const { exif, icc, xmp } = await sharp(bytesOf(await thumbnailOf(tagged, { size: 50 }))).metadata();
    assert.deepEqual([exif, icc, xmp], [undefined, undefined, undefined]);
  });

  test('is in sRGB whatever the profile of the picture', async () => {
    const wide = await flat(40, 40, [200, 80, 60]).withIccProfile('p3').png().toBuffer();
    const { data } = await decodePixels(wide, { filter: 'bilinear', icc: 'convert', channels: 3 });
    for (const options of [{ size: 20 }, { sizes: [20] }, { sizes: [20, 10] }]) {
      const thumbnail = bytesOf(await thumbnailOf(wide, { ...options, format: 'png' }));
      near(await pixel(thumbnail, 10, 10), [...data.subarray(0, 3)], 1);
      assert.equal((await sharp(thumbnail).metadata()).icc, undefined);
    }
  });
});

suite('raw', () => {
  test('is rows from the top, pixels from the left, RGB interleaved', async () => {
    const picture = await gradient(40, 20).png().toBuffer();
    const thumbnail = await thumbnailOf(picture, { width: 40, height: 20, format: 'raw' });
    const { uri, bytes, channels } = thumbnail;
    assert.deepEqual({ bytes, channels }, { bytes: 40 * 20 * 3, channels: 3 });
    assert.match(uri, /^data:application\/octet-stream;base64,/);
    assert.equal(difference(bytesOf(thumbnail), await gradient(40, 20).raw().toBuffer()), 0);
  });

  test('is one grey value a pixel where one channel is asked for', async () => {
    const red = await flat(8, 8, [255, 0, 0]).png().toBuffer();
    const thumbnail = await thumbnailOf(red, {
      width: 4,
      height: 2,
      fit: 'fill',
      format: 'raw',
      channels: 1,
    });
    assert.deepEqual(
      [...bytesOf(thumbnail)],
      Array.from({ length: 8 }, () => 76),
    );
    assert.equal(thumbnail.channels, 1);
  });

  test('has three channels of a grey picture too, with and without transparency', async () => {
    for (const sizes of [{ size: 4 }, { sizes: [4, 2] }]) {
      const grey = await flat(8, 8, [90, 90, 90]).toColourspace('b-w').png().toBuffer();
      assert.equal((await thumbnailOf(grey, { ...sizes, format: 'raw' })).bytes, 48);
      const clear = await sharp(grey).ensureAlpha(0.5).png().toBuffer();
      assert.equal((await thumbnailOf(clear, { ...sizes, format: 'raw' })).bytes, 48);
    }
  });
});

suite('several sizes', () => {
  test('are answered in their order, each like the one made alone', async () => {
    const picture = await gradient(900, 600).jpeg({ quality: 95 }).toBuffer();
    const sizes = [100, { width: 600 }, 30, { width: 50, height: 200 }, 899];
    const several = await thumbnailsOf(picture, { sizes, format: 'webp' });
    assert.deepEqual(
      several.map(({ width, height }) => [width, height]),
      [
        [100, 67],
        [600, 400],
        [30, 20],
        [50, 33],
        [899, 599],
      ],
    );
    for (const thumbnail of several) {
      const { width } = thumbnail;
      const alone = await thumbnailOf(picture, { width, format: 'webp' });
      const apart = await distance(bytesOf(thumbnail), bytesOf(alone));
      assert.ok(apart < 2, `${width}: ${apart}`);
    }
  });

  test('are made of one decode', async () => {
    const decoded: string[] = [];
    const decode: Decode = (picture, { width, height }) => {
      decoded.push(`${width}x${height}`);
      return picture.resize(picture.open(), { width, height }).raw().toBuffer({ resolveWithObject: true });
    };
    const picture = await gradient(800, 600).jpeg().toBuffer();
    const sizes = Array.from({ length: 20 }, (_, index) => 10 + 8 * index);
    const thumbnails = await thumbnailsOf(picture, { sizes }, { render: createRender(decode) });
    assert.equal(thumbnails.length, 20);
    assert.deepEqual(decoded, ['200x150']);
  });

  test('that are there already are kept where that is asked for, and cost no decode', async (t) => {
    const folder = mkdtempSync(join(tmpdir(), 'droste-kept-'));
    t.after(() => rmSync(folder, { recursive: true, force: true }));
    const decoded: string[] = [];
    const decode: Decode = (picture, { width, height }) => {
      decoded.push(`${width}x${height}`);
      return picture.resize(picture.open(), { width, height }).raw().toBuffer({ resolveWithObject: true });
    };
    const settings = { render: createRender(decode), output: pathToFileURL(folder).href };
    const picture = await gradient(800, 600).png().toBuffer();
    const make = (sizes: readonly number[], keep: boolean) =>
      thumbnailsOf(picture, { sizes, keep }, settings);
    const first = await make([40, 20], true);
    const paths = readdirSync(folder).map((name) => join(folder, name));
    const inodes = () => paths.map((path) => statSync(path).ino);
    const before = inodes();
    assert.deepEqual([await make([40, 20], true), decoded.length, inodes()], [first, 1, before]);
    const [, , third] = await make([40, 20, 30], true);
    assert.deepEqual([third?.width, decoded.length, inodes()], [30, 2, before]);
    assert.deepEqual([await make([40, 20], false), decoded.length], [first, 3]);
    assert.notDeepEqual(inodes(), before);
    // what a full disk or a copy cut short left behind is no thumbnail
    for (const [at, path] of paths.entries()) writeFileSync(path, Buffer.alloc(9 * at));
    assert.deepEqual([await make([40, 20], true), decoded.length], [first, 4]);
    assert.ok(paths.every((path) => statSync(path).size > 26));
    const raw = { size: 4, format: 'raw', keep: true };
    const whole = await thumbnailOf(picture, raw, settings);
    const [rawPath = ''] = readdirSync(folder).filter((name) => name.endsWith('.raw'));
    writeFileSync(join(folder, rawPath), Buffer.alloc(whole.bytes - 1));
    assert.deepEqual(await thumbnailOf(picture, raw, settings), whole);
    assert.equal(statSync(join(folder, rawPath)).size, whole.bytes);
  });

  test('that are wanted twice are made once', async () => {
    const picture = await gradient(80, 60).png().toBuffer();
    let made = 0;
    const counting: Render = (bytes, plan, { put }, limits) =>
      createRender()(
        bytes,
        plan,
        {
          put: (rendered) => {
            made += 1;
            return put(rendered);
          },
        },
        limits,
      );
    const sizes = [20, 30, 20, { width: 20 }, 30];
    const thumbnails = await thumbnailsOf(picture, { sizes }, { render: counting });
    assert.deepEqual(
      thumbnails.map(({ width }) => width),
      [20, 30, 20, 20, 30],
    );
    assert.equal(made, 2);
  });

  test('that are too much together are refused, each of which would be small enough', async () => {
    const picture = await gradient(80, 60).png().toBuffer();
    const sizes = Array.from({ length: 100 }, (_, at) => 4096 - at);
    await assert.rejects(thumbnailsOf(picture, { sizes, enlarge: true, format: 'raw' }), {
      name: 'ImageTooLargeError',
      message: /sizes of at most 268402689 pixels together \(MAX_PIXELS\), would make 100 of/,
    });
  });

  test('of one are a list of one', async () => {
    const picture = await gradient(80, 60).png().toBuffer();
    assert.equal((await thumbnailsOf(picture, { sizes: [20] })).length, 1);
  });
});

suite('pictures that cannot be made into thumbnails', () => {
  test('are refused with the errors of decoding, by name', async () => {
    await assert.rejects(thumbnailOf(Buffer.from('<svg/>'), { size: 8 }), { name: 'UnsupportedImageError' });
    const cut = (await gradient(400, 300).jpeg().toBuffer()).subarray(0, 900);
    await assert.rejects(thumbnailOf(cut, { size: 8 }), { name: 'ImageDecodeError' });
    await assert.rejects(thumbnailOf(cut, { sizes: [8, 4] }), { name: 'ImageDecodeError' });
    const large = await gradient(40, 30).png().toBuffer();
    await assert.rejects(thumbnailOf(large, { size: 8 }, { maxPixels: 1_000 }), {
      name: 'ImageTooLargeError',
    });
    const options = { width: 4_000, height: 4_000, enlarge: true };
    await assert.rejects(thumbnailOf(large, options, { maxPixels: 1_200 }), {
      name: 'ImageTooLargeError',
      message: /would make 4000×3000 of 40×30/,
    });
  });

  test('are refused where the format has no such long side', async () => {
    const long = await flat(4, 16_400, [9, 9, 9]).png().toBuffer();
    await assert.rejects(thumbnailOf(long, { width: 4, format: 'webp' }), {
      name: 'ImageTooLargeError',
      message: /at most 16383 pixels in webp/,
    });
  });
});

const labelled = new URL('photos/labelled/', sharedData);
const hard = new URL('hard/', sharedData);

suite('real pictures', { skip: skipWithout }, () => {
  test('look like themselves, alone and among several sizes', async () => {
    const names = readdirSync(labelled).filter((_, index) => index % 12 === 0);
    for (const name of names) {
      const bytes = readFileSync(new URL(name, labelled));
      const expected = await reference(bytes, 75);
      // one size alone is decoded at sharp's default reduction, which is coarser (docs/decisions/0007)
      for (const [options, most] of [
        [{ size: 75 }, 9],
        [{ sizes: [75, 150] }, 6],
      ] as const) {
        const thumbnail = bytesOf(await thumbnailOf(bytes, options));
        const apart = await distance(thumbnail, expected);
        assert.ok(apart < most, `${name} ${JSON.stringify(options)}: ${apart}`);
      }
    }
  });

  test('of every hard kind are upright and in sRGB, as when they are classified', async () => {
    const files = readdirSync(hard, { recursive: true, encoding: 'utf8' }).filter((name) =>
      /\.\w+$/.test(name),
    );
    let compared = 0;
    for (const name of files) {
      const bytes = readFileSync(new URL(name, hard));
      const size = { width: 32, height: 32 };
      const plan = { resize: size, filter: 'lanczos', icc: 'convert', channels: 3 } as const;
      const pixels = await decodePixels(bytes, plan, { maxPixels: 2e7 }).catch((error: Error) => error);
      for (const sizes of [{ width: 32, height: 32 }, { sizes: [{ width: 32, height: 32 }, 8] }]) {
        const options = { ...sizes, fit: 'fill', format: 'raw', background: '#fff' };
        const made = await thumbnailOf(bytes, options, { maxPixels: 2e7 }).catch((error: Error) => error);
        if (pixels instanceof Error || made instanceof Error) {
          const names = [pixels, made].map((one) => (one instanceof Error ? one.name : 'made'));
          assert.equal(names[1], names[0], `${name}: ${made instanceof Error ? made.message : ''}`);
          continue;
        }
        // a smaller one is left as it is
        if (made.width < 32 || made.height < 32) continue;
        compared += 1;
        assert.ok(
          difference(bytesOf(made), pixels.data) < 10,
          `${name}: ${difference(bytesOf(made), pixels.data)}`,
        );
      }
    }
    assert.ok(compared > 100, `${compared}`);
  });
});
