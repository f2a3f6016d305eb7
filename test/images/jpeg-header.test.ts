import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { suite, test } from 'node:test';
import { decoderHeader } from '../../images/adapters/sharp-header.ts';
import type { Header } from '../../images/decode.ts';
import { jpegHeader } from '../../images/jpeg-header.ts';
import { gradient } from './support/pictures.ts';
import { sharedData, skipWithout } from './support/shared-data.ts';

/** With the orientation that stands for none. */
const plain = (header: Header): Header => ({ ...header, orientation: header.orientation ?? 1 });

const agrees = async (bytes: Uint8Array, where: string): Promise<boolean> => {
  const ours = jpegHeader(bytes);
  if (ours === undefined) return false;
  const theirs = await decoderHeader(bytes, 'jpeg').catch(() => undefined);
  // what the decoder refuses is refused when it decodes
  if (theirs !== undefined) assert.deepEqual({ ...ours }, plain(theirs), where);
  return theirs !== undefined;
};

suite('the header of a JPEG', () => {
  test('is what the decoder says: sizes, channels, orientation, profile', async () => {
    const picture = () => gradient(67, 45);
    const kinds = {
      baseline: picture().jpeg(),
      progressive: picture().jpeg({ progressive: true }),
      grey: picture().greyscale().jpeg(),
      cmyk: picture().toColourspace('cmyk').withIccProfile('cmyk').jpeg(),
      p3: picture().withIccProfile('p3').jpeg(),
      srgb: picture().withIccProfile('srgb').jpeg(),
      exif: picture()
        .withMetadata({ exif: { IFD0: { Copyright: 'somebody' } } })
        .jpeg(),
    };
    for (const [name, kind] of Object.entries(kinds))
      assert.ok(await agrees(await kind.toBuffer(), name), name);
    for (let orientation = 1; orientation <= 8; orientation += 1) {
      const bytes = await picture().withMetadata({ orientation }).jpeg().toBuffer();
      assert.ok(await agrees(bytes, `orientation ${orientation}`));
      assert.equal(jpegHeader(bytes)?.orientation, orientation);
    }
  });

  test('is left to the decoder where it is cut off, or no JPEG', async () => {
    const bytes = await gradient(20, 20).jpeg().toBuffer();
    for (const length of [0, 1, 2, 3, 20, 100])
      assert.equal(jpegHeader(bytes.subarray(0, length)), undefined);
    assert.equal(jpegHeader(await gradient(20, 20).png().toBuffer()), undefined);
  });

  test('is what the decoder says, or nothing, wherever a byte is wrong', async () => {
    const whole = await gradient(40, 30).withMetadata({ orientation: 6 }).jpeg().toBuffer();
    const end = whole.indexOf(Buffer.from([0xff, 0xda]));
    for (let at = 2; at < end; at += 1) {
      for (const value of [0, 1, 0x2a, 0xff, (whole[at] ?? 0) ^ 1]) {
        const bytes = Buffer.from(whole);
        bytes[at] = value;
        await agrees(bytes, `byte ${at} is ${value}`);
      }
    }
  });

  test('is what the decoder says for real photos, nearly all of them', { skip: skipWithout }, async () => {
    const folders = [
      'photos/labelled/',
      'photos/xray/',
      'photos/large/',
      'hard/exif-orientation/',
      'hard/sharp/',
      'hard/libvips/',
    ];
    const files = folders.flatMap((folder) =>
      readdirSync(new URL(folder, sharedData))
        .filter((name) => /\.jpe?g$/i.test(name))
        .map((name) => new URL(folder + name, sharedData)),
    );
    let read = 0;
    for (const file of files) if (await agrees(readFileSync(file), file.pathname)) read += 1;
    assert.ok(read > 0.95 * files.length, `${read} of ${files.length}`);
  });
});
