import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { crc32, deflateSync } from 'node:zlib';
import sharp from 'sharp';
import { decodePixels } from '../../images/adapters/sharp.ts';
import type { Decoding, PixelPlan, Pixels } from '../../images/pixels.ts';
import { difference, firstPixel, flat, gradient } from './support/pictures.ts';

const asItIs: PixelPlan = { filter: 'bilinear', channels: 3 };
const classify: PixelPlan = {
  resize: { shortestEdge: 64 },
  filter: 'bilinear',
  crop: { width: 56, height: 56 },
  channels: 3,
};

const near = (actual: readonly number[], expected: readonly number[], levels: number): void => {
  const far = actual.some((value, index) => Math.abs(value - (expected[index] ?? 999)) > levels);
  assert.ok(!far && actual.length === expected.length, `expected about ${expected}, received ${actual}`);
};

const colourOf = async (bytes: Uint8Array, decoding: Decoding = {}): Promise<number[]> =>
  firstPixel(await decodePixels(bytes, { ...asItIs, ...decoding }));

suite('decodePixels: formats', () => {
  test('lossless formats come back exactly', async () => {
    const original = await gradient(60, 40).raw().toBuffer();
    for (const picture of [
      gradient(60, 40).png(),
      gradient(60, 40).webp({ lossless: true }),
      gradient(60, 40).tiff({ compression: 'lzw' }),
    ]) {
      const { data, width, height, channels } = await decodePixels(await picture.toBuffer(), asItIs);
      assert.deepEqual({ width, height, channels }, { width: 60, height: 40, channels: 3 });
      assert.equal(difference(data, original), 0);
    }
  });

  test('lossy formats come back nearly', async () => {
    const original = await gradient(60, 40).raw().toBuffer();
    for (const format of ['jpeg', 'webp', 'gif', 'avif'] as const) {
      const { data } = await decodePixels(await gradient(60, 40).toFormat(format).toBuffer(), asItIs);
      assert.ok(difference(data, original) < 12, format);
    }
  });

  test('of an animation, the first frame', async () => {
    const frames = Buffer.concat(
      await Promise.all(
        [
          [200, 10, 10],
          [10, 200, 10],
        ].map(([r = 0, g = 0, b = 0]) => flat(8, 8, [r, g, b]).raw().toBuffer()),
      ),
    );
    for (const format of ['gif', 'webp'] as const) {
      const bytes = await sharp(frames, { raw: { width: 8, height: 16, channels: 3, pageHeight: 8 } })
        .toFormat(format)
        .toBuffer();
      assert.equal((await sharp(bytes).metadata()).pages, 2);
      const first = await decodePixels(bytes, asItIs);
      assert.deepEqual([first.width, first.height], [8, 8]);
      near(firstPixel(first), [200, 10, 10], 6);
    }
  });

  test('a palette becomes its colours', async () => {
    near(await colourOf(await flat(8, 8, [12, 34, 56]).png({ palette: true }).toBuffer()), [12, 34, 56], 1);
  });
});

suite('decodePixels: colours', () => {
  test('alpha is flattened on white', async () => {
    const half = sharp(Buffer.alloc(16 * 4).fill(Uint8Array.of(255, 0, 0, 128)), {
      raw: { width: 4, height: 4, channels: 4 },
    });
    near(await colourOf(await half.png().toBuffer()), [255, 127, 127], 1);
    const clear = sharp(Buffer.alloc(16 * 4), { raw: { width: 4, height: 4, channels: 4 } });
    for (const format of ['png', 'webp', 'gif', 'avif', 'tiff'] as const) {
      const bytes = await clear
        .clone()
        .toFormat(format, format === 'tiff' ? { compression: 'lzw' } : {})
        .toBuffer();
      near(await colourOf(bytes), [255, 255, 255], 1);
    }
  });

  test('grey and grey with alpha become three equal channels', async () => {
    const grey = sharp(Buffer.alloc(16, 77), { raw: { width: 4, height: 4, channels: 1 } });
    assert.deepEqual(await colourOf(await grey.clone().toColourspace('b-w').png().toBuffer()), [77, 77, 77]);
    const both = sharp(Buffer.alloc(32).fill(Uint8Array.of(0, 128)), {
      raw: { width: 4, height: 4, channels: 2 },
    });
    near(await colourOf(await both.toColourspace('b-w').png().toBuffer()), [127, 127, 127], 1);
  });

  test('sixteen bits become eight', async () => {
    const deep = sharp(new Uint16Array(48).fill(0x8080), { raw: { width: 4, height: 4, channels: 3 } });
    const bytes = await deep.toColourspace('rgb16').png().toBuffer();
    assert.equal((await sharp(bytes).metadata()).depth, 'ushort');
    near(await colourOf(bytes), [128, 128, 128], 1);
  });

  test('what lies under transparency is taken on request', async () => {
    const half = sharp(Buffer.alloc(16 * 4).fill(Uint8Array.of(250, 10, 20, 128)), {
      raw: { width: 4, height: 4, channels: 4 },
    });
    assert.deepEqual(await colourOf(await half.png().toBuffer(), { alpha: 'drop' }), [250, 10, 20]);
  });

  test('CMYK, with and without a profile, becomes sRGB on request, not its negative', async () => {
    for (const picture of [
      flat(8, 8, [150, 90, 80]).toColourspace('cmyk').withIccProfile('cmyk'),
      flat(8, 8, [150, 90, 80]).toColourspace('cmyk'),
    ]) {
      const bytes = await picture.jpeg({ quality: 100 }).toBuffer();
      assert.equal((await sharp(bytes).metadata()).space, 'cmyk');
      near(await colourOf(bytes, { icc: 'convert' }), [150, 90, 80], 20);
      // by the inks alone: the same colour, but as no printer has it
      near(await colourOf(bytes), [150, 90, 80], 40);
    }
  });

  test('a wide-gamut profile is honoured on request, in eight bits and in sixteen', async () => {
    const green = [0.2, 0.8, 0.3].map((value) => Math.round(value * 65_535));
    const deep = new Uint16Array(16 * 3).map((_, index) => green[index % 3] ?? 0);
    const raw = { raw: { width: 4, height: 4, channels: 3 } } as const;
    const seen: number[][] = [];
    for (const space of ['srgb', 'rgb16'] as const) {
      for (const profile of ['srgb', 'p3']) {
        seen.push(
          await colourOf(
            await sharp(deep, raw).toColourspace(space).withIccProfile(profile).png().toBuffer(),
            { icc: 'convert' },
          ),
        );
      }
    }
    // The same colour each time: written as sRGB, as P3, in 8 bits, in 16.
    for (const colour of seen) near(colour, seen[0] ?? [], 2);
  });

  test('without the request a profile changes nothing, and with it an sRGB one does not either', async () => {
    const picture = flat(8, 8, [40, 200, 60]);
    const wide = await picture.clone().withIccProfile('p3').png().toBuffer();
    const { data } = await sharp(wide, { ignoreIcc: true }).raw().toBuffer({ resolveWithObject: true });
    assert.deepEqual(await colourOf(wide), [...data.subarray(0, 3)]);
    near(await colourOf(wide, { icc: 'convert' }), [40, 200, 60], 1);
    const tagged = await picture.clone().withIccProfile('srgb').png().toBuffer();
    assert.deepEqual(await colourOf(tagged, { icc: 'convert' }), [40, 200, 60]);
  });

  test('an orientation is left alone on request', async () => {
    const bytes = await gradient(48, 32).withMetadata({ orientation: 6 }).png().toBuffer();
    const lying = await decodePixels(bytes, { ...asItIs, exif: false });
    assert.deepEqual([lying.width, lying.height], [48, 32]);
    assert.equal(difference(lying.data, await gradient(48, 32).raw().toBuffer()), 0);
  });

  test('one channel is the luma of the three', async () => {
    const { data, channels } = await decodePixels(await flat(4, 4, [255, 0, 0]).png().toBuffer(), {
      ...asItIs,
      channels: 1,
    });
    assert.equal(channels, 1);
    assert.deepEqual([...data], Array(16).fill(76));
  });
});

suite('decodePixels: geometry', () => {
  test('EXIF orientations 1 to 8 are turned upright exactly', async () => {
    for (let orientation = 1; orientation <= 8; orientation += 1) {
      const bytes = await gradient(48, 32).withMetadata({ orientation }).png().toBuffer();
      const expected = await sharp(bytes).autoOrient().raw().toBuffer({ resolveWithObject: true });
      const actual = await decodePixels(bytes, asItIs);
      assert.equal(actual.width, expected.info.width);
      assert.equal(difference(actual.data, expected.data), 0, `orientation ${orientation}`);
    }
  });

  test('orientation, resize and crop together give what the upright picture gives', async () => {
    for (let orientation = 1; orientation <= 8; orientation += 1) {
      const bytes = await gradient(300, 200).withMetadata({ orientation }).jpeg({ quality: 100 }).toBuffer();
      const upright = await sharp(bytes).autoOrient().png().toBuffer();
      const [actual, expected] = await Promise.all([
        decodePixels(bytes, classify),
        decodePixels(upright, classify),
      ]);
      assert.ok(difference(actual.data, expected.data) < 2, `orientation ${orientation}`);
    }
  });

  test('the crop is where every library puts it', async () => {
    // 341 wide after the resize; the crop begins at column 58
    const bytes = await gradient(341, 256).png().toBuffer();
    const whole = await decodePixels(bytes, asItIs);
    const crop = await decodePixels(bytes, {
      ...asItIs,
      resize: { shortestEdge: 256 },
      crop: { width: 224, height: 224 },
    });
    const at = (16 * 341 + 58) * 3;
    assert.deepEqual(firstPixel(crop), [...whole.data.subarray(at, at + 3)]);
    assert.deepEqual([crop.width, crop.height, crop.data.length], [224, 224, 224 * 224 * 3]);
  });

  test('a crop larger than the picture is padded with black, on white pictures too', async () => {
    const { data, width, height } = await decodePixels(await flat(5, 20, [255, 255, 255]).png().toBuffer(), {
      ...asItIs,
      crop: { width: 10, height: 10 },
    });
    assert.deepEqual([width, height], [10, 10]);
    const row = Array.from({ length: 10 }, (_, x) => data[x * 3]);
    assert.deepEqual(row, [0, 0, 0, 255, 255, 255, 255, 255, 0, 0]);
  });

  test('a crop without a resize, of a picture on its side', async () => {
    const bytes = await gradient(48, 32).withMetadata({ orientation: 6 }).png().toBuffer();
    const upright = await sharp(bytes).autoOrient().png().toBuffer();
    const plan: PixelPlan = { ...asItIs, crop: { width: 20, height: 30 } };
    const [actual, expected] = await Promise.all([decodePixels(bytes, plan), decodePixels(upright, plan)]);
    assert.equal(difference(actual.data, expected.data), 0);
  });

  test('squashing fills the exact size, with every filter', async () => {
    const bytes = await gradient(100, 30).png().toBuffer();
    for (const filter of ['nearest', 'box', 'bilinear', 'hamming', 'bicubic', 'lanczos'] as const) {
      const { width, height } = await decodePixels(bytes, {
        filter,
        channels: 3,
        resize: { width: 33, height: 77 },
      });
      assert.deepEqual([width, height], [33, 77]);
    }
  });

  test('enlarging is aligned as it is in Pillow: centres on centres', async () => {
    const [from, to] = [16, 37];
    const ramp = Uint8Array.from(
      { length: from * from * 3 },
      (_, at) => 20 + 8 * (Math.floor(at / 3) % from),
    );
    const upright = sharp(ramp, { raw: { width: from, height: from, channels: 3 } });
    // The position in the source of the centre of each target pixel; the edge pixels repeat.
    const expected = Array.from(
      { length: to },
      (_, x) => 20 + 8 * Math.max(0, Math.min(from - 1, ((x + 0.5) * from) / to - 0.5)),
    );
    for (const filter of ['bilinear', 'bicubic'] as const) {
      for (let orientation = 1; orientation <= 8; orientation += 1) {
        const bytes = await upright.clone().withMetadata({ orientation }).png().toBuffer();
        const { data } = await decodePixels(bytes, {
          filter,
          channels: 3,
          resize: { width: to, height: to },
        });
        const lying = orientation >= 5;
        const line = Array.from(
          { length: to },
          (_, at) => data[(lying ? at * to + 9 : 9 * to + at) * 3] ?? 0,
        );
        const rising = (line[0] ?? 0) < (line.at(-1) ?? 0) ? line : line.toReversed();
        // cubic overshoots where the ramp ends
        near(rising.slice(4, -4), expected.slice(4, -4), 1);
      }
    }
  });

  test('a ribbon is blown up only as far as the crop needs it', async () => {
    const bytes = await flat(20_000, 1, [9, 99, 199]).png().toBuffer();
    const { width, height } = await decodePixels(bytes, { ...classify, resize: { shortestEdge: 256 } });
    assert.deepEqual([width, height], [56, 56]);
  });
});

const pngChunk = (type: string, data: Uint8Array): Buffer => {
  const body = Buffer.concat([Buffer.from(type), data]);
  const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(data.length);
  sum.writeUInt32BE(crc32(body));
  return Buffer.concat([length, body, sum]);
};

const pngBomb = (side: number): Buffer => {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(side, 0);
  header.writeUInt32BE(side, 4);
  header.set([8, 2, 0, 0, 0], 8);
  const signature = Buffer.from('\x89PNG\r\n\x1a\n', 'latin1');
  return Buffer.concat([
    signature,
    pngChunk('IHDR', header),
    pngChunk('IDAT', deflateSync(Buffer.alloc(1 << 20))),
    pngChunk('IEND', Buffer.alloc(0)),
  ]);
};

const damagedTile = async (compression: 'lzw' | 'deflate'): Promise<Buffer> => {
  const bytes = await gradient(512, 512)
    .tiff({ compression, tile: true, tileWidth: 128, tileHeight: 128 })
    .toBuffer();
  for (let at = bytes.length >> 1; at < (bytes.length >> 1) + 400; at += 1) bytes[at] = (at * 37) & 0xff;
  return bytes;
};

const withCompressionTag = async (compression: number): Promise<Buffer> => {
  const bytes = await gradient(64, 64)
    .tiff({ compression: 'lzw', tile: true, tileWidth: 32, tileHeight: 32 })
    .toBuffer();
  const directory = bytes.readUInt32LE(4);
  const entries = Array.from(
    { length: bytes.readUInt16LE(directory) },
    (_, index) => directory + 2 + 12 * index,
  );
  const entry = entries.find((at) => bytes.readUInt16LE(at) === 259);
  assert.ok(entry !== undefined);
  bytes.writeUInt16LE(compression, entry + 8);
  return bytes;
};

suite('decodePixels: refusals', () => {
  const rejects = (bytes: Uint8Array, name: string, message: RegExp): Promise<void> =>
    assert.rejects(decodePixels(bytes, asItIs), { name, message });

  test('nothing at all is unsupported, and says 0 bytes', async () => {
    await rejects(new Uint8Array(0), 'UnsupportedImageError', /received 0 bytes/);
  });

  test('what is no allowed picture is unsupported, and says what was received', async () => {
    await rejects(Buffer.from('<html><body>404'), 'UnsupportedImageError', /received HTML/);
    await rejects(
      Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>'),
      'UnsupportedImageError',
      /received image\/svg\+xml/,
    );
    await rejects(Buffer.from('%PDF-1.4\n'), 'UnsupportedImageError', /received application\/pdf/);
  });

  test('the decoder itself has no other loader open, and none for files by path', async () => {
    const svg = Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>');
    await assert.rejects(sharp(svg).metadata(), /unsupported image format/);
    await assert.rejects(sharp(new URL(import.meta.url).pathname).metadata(), /unsupported image format/);
    for (const format of ['jpeg', 'png', 'webp', 'gif', 'avif', 'tiff'] as const) {
      assert.ok(await sharp(await gradient(16, 16).toFormat(format).toBuffer()).metadata());
    }
  });

  test('a truncated picture of any format is a decode error, not half a picture', async () => {
    for (const format of ['jpeg', 'png', 'webp', 'gif', 'avif', 'tiff'] as const) {
      const bytes = await gradient(200, 150).toFormat(format).toBuffer();
      for (const share of [0.3, 0.6, 0.95]) {
        await rejects(
          bytes.subarray(0, Math.floor(bytes.length * share)),
          'ImageDecodeError',
          new RegExp(format, 'i'),
        );
      }
    }
  });

  test('a signature with rubbish behind it is a decode error', async () => {
    for (const head of [
      '\xff\xd8\xff\xe0',
      '\x89PNG\r\n\x1a\n',
      'RIFF\x20\0\0\0WEBP',
      'GIF89a',
      'II*\0',
      '\0\0\0\x18ftypavif',
    ]) {
      await rejects(
        Buffer.from(head.padEnd(64, 'rubbish '), 'latin1'),
        'ImageDecodeError',
        /corrupt or truncated/,
      );
    }
  });

  test('a damaged tile of a TIFF is a decode error, not a black square', async () => {
    await rejects(await damagedTile('lzw'), 'ImageDecodeError', /TIFF/);
    await rejects(await damagedTile('deflate'), 'ImageDecodeError', /TIFF/);
  });

  test('a TIFF compressed in a way the decoder lacks is unsupported, not a black picture', async () => {
    for (const compression of [6, 34_712, 34_887, 34_925, 50_000]) {
      await rejects(await withCompressionTag(compression), 'UnsupportedImageError', /TIFF variant/);
    }
  });

  test('a picture of more channels than colours and alpha is unsupported', async () => {
    const band = Buffer.alloc(8 * 8, 100);
    for (const extra of [2, 5]) {
      const picture = flat(8, 8, [1, 2, 3]).joinChannel(Array(extra).fill(band), {
        raw: { width: 8, height: 8, channels: 1 },
      });
      const bytes = await picture.tiff({ compression: 'lzw' }).toBuffer();
      await rejects(bytes, 'UnsupportedImageError', new RegExp(`TIFF of ${3 + extra}$`));
    }
  });

  test('more pixels than the limit are refused with width × height', async () => {
    const bytes = await flat(40, 30, [1, 2, 3]).png().toBuffer();
    assert.equal((await decodePixels(bytes, asItIs, { maxPixels: 1200 })).width, 40);
    await assert.rejects(decodePixels(bytes, asItIs, { maxPixels: 1199 }), {
      name: 'ImageTooLargeError',
      message: 'Expected at most 1199 pixels (MAX_PIXELS), received 40×30 (1200)',
    });
  });

  test('a bomb costs no memory', async () => {
    const before = process.memoryUsage().rss;
    const bomb = pngBomb(65_536);
    for (let round = 0; round < 5; round += 1) {
      await rejects(bomb, 'ImageTooLargeError', /received 65536×65536 \(4294967296\)/);
    }
    // Decoded it would be 12.9 GB.
    assert.ok(process.memoryUsage().rss - before < 64 * 1024 * 1024);
  });

  test('an aborted signal stops before any work, with its reason', async () => {
    const reason = new Error('enough');
    const bytes = await flat(4, 4, [1, 2, 3]).png().toBuffer();
    await assert.rejects(decodePixels(bytes, asItIs, { signal: AbortSignal.abort(reason) }), reason);
  });

  test('an abort during the work is answered with its reason', async () => {
    const controller = new AbortController();
    const bytes = await flat(400, 400, [1, 2, 3]).png().toBuffer();
    const pixels: Promise<Pixels> = decodePixels(bytes, asItIs, { signal: controller.signal });
    const reason = new Error('enough');
    controller.abort(reason);
    await assert.rejects(pixels, reason);
  });
});
