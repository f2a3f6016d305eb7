import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { suite, test } from 'node:test';
import { decodePixels } from '../../images/adapters/sharp.ts';
import type { PixelPlan } from '../../images/pixels.ts';
import { difference } from './support/pictures.ts';
import { sharedData, skipWithout } from './support/shared-data.ts';

interface Behaviour {
  readonly file: string;
  readonly meta?: { readonly format: string; readonly alpha: boolean };
  readonly default: { readonly ok: boolean; readonly err?: string; readonly mean?: number };
}

const plan: PixelPlan = { resize: { width: 64, height: 64 }, filter: 'bilinear', channels: 3 };

type Outcome = 'pixels' | 'UnsupportedImageError' | 'ImageDecodeError' | 'ImageTooLargeError';

// Where we differ from what sharp does with its defaults, and why.
const otherwise: Readonly<Record<string, Outcome>> = {
  // The first frame is sound, and only that one is wanted.
  'hard/libvips/invalid_multiframe.gif': 'pixels',
};

const expected = ({ file, meta, default: { ok, err = '' } }: Behaviour): Outcome => {
  const ours = otherwise[file];
  if (ours !== undefined) return ours;
  if (err.includes('pixel limit')) return 'ImageTooLargeError';
  if (meta?.format === 'svg' || meta?.format === 'vips') return 'UnsupportedImageError';
  if (/unsupported image format|not configured/.test(err)) return 'UnsupportedImageError';
  return ok ? 'pixels' : 'ImageDecodeError';
};

const read = (file: string): Promise<Buffer> => readFile(new URL(file, sharedData));

const outcomeOf = async (file: string): Promise<Outcome | string> => {
  try {
    const { data, width, height, channels } = await decodePixels(await read(file), plan);
    assert.deepEqual([width, height, channels, data.length], [64, 64, 3, 64 * 64 * 3]);
    return 'pixels';
  } catch (error) {
    if (!(error instanceof Error) || error instanceof assert.AssertionError) throw error;
    assert.ok(error.message.length < 300, error.message);
    return error.name;
  }
};

const mean = (data: Uint8Array): number => data.reduce((sum, value) => sum + value, 0) / data.length;

suite('the hard files', { skip: skipWithout }, () => {
  const behaviours: readonly Behaviour[] =
    skipWithout === false
      ? JSON.parse(readFileSync(new URL('labels/hard-behaviour.json', sharedData), 'utf8'))
      : [];

  test('all 96 are there', () => assert.equal(behaviours.length, 96));

  const titles: Readonly<Record<Outcome, string>> = {
    pixels: 'give 64×64 pixels of three channels',
    UnsupportedImageError: 'are unsupported',
    ImageDecodeError: 'are corrupt',
    ImageTooLargeError: 'are too large',
  };
  for (const [outcome, title] of Object.entries(titles)) {
    const files = behaviours.filter((behaviour) => expected(behaviour) === outcome);
    test(`${files.length} of them ${title}`, async () => {
      for (const { file } of files) assert.equal(await outcomeOf(file), outcome, file);
    });
  }

  test('opaque pictures have the brightness they had when measured', async () => {
    for (const {
      file,
      meta,
      default: { ok, mean: measured = 0 },
    } of behaviours) {
      // Measured without flattening, with another kernel, and 16 bits with the wide-gamut slip.
      if (!ok || meta?.alpha !== false || /vfile|tifftag/.test(file)) continue;
      const { data } = await decodePixels(await read(file), { ...plan, icc: 'convert' });
      assert.ok(Math.abs(mean(data) - measured) < 3, `${file}: ${mean(data)}, measured ${measured}`);
    }
  });

  test('all EXIF orientations of one picture are the same picture', async () => {
    const crop: PixelPlan = { ...plan, resize: { shortestEdge: 64 }, crop: { width: 56, height: 56 } };
    const [first, ...others] = await Promise.all(
      [1, 2, 3, 4, 5, 6, 7, 8].map(async (orientation) =>
        decodePixels(await read(`hard/exif-orientation/Landscape_${orientation}.jpg`), crop),
      ),
    );
    assert.ok(first !== undefined);
    for (const other of others) assert.ok(difference(first.data, other.data) < 4);
  });
});
