import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { suite, test } from 'node:test';
import { decodePixels } from '../../../images/adapters/sharp.ts';
import type { PixelPlan } from '../../../images/pixels.ts';
import { needsPillow, runPillow } from '../support/pillow.ts';
import { sharedData, skipWithout } from '../support/shared-data.ts';

const script = new URL('reference.py', import.meta.url);

/** The file as Pillow has it: colours under transparency kept, nothing reduced. */
const asPillow: PixelPlan = { filter: 'bilinear', channels: 3, alpha: 'drop', preprocess: 'exact' };

/** Where the pixels differ, and why. */
const otherwise: Readonly<Record<string, string>> = {
  'grey-16.png': 'Pillow clips grey of 16 bits at 255, which makes it white; here it is scaled to 8',
  'cogs.gif': 'a transparent pixel of a GIF has no colour in libvips',
  'dispose-background.gif': 'the same',
  'trans-x.gif': 'the same',
  'grey-plus-alpha.gif': 'the same',
  'rotating-squares.gif': 'the same',
};

interface Reference {
  readonly size: readonly [width: number, height: number];
  readonly sha256: string;
}

const ours = async (file: string): Promise<Reference | null> => {
  try {
    const { data, width, height } = await decodePixels(await readFile(file), asPillow, { maxPixels: 3e7 });
    return { size: [width, height], sha256: createHash('sha256').update(data).digest('hex') };
  } catch (error) {
    assert.match(String(error), /^(Unsupported|ImageDecode|ImageTooLarge)/);
    return null;
  }
};

/** Compares every file that both read; how many those are. */
const compare = async (files: readonly string[]): Promise<number> => {
  const references = runPillow(script, ['read'], JSON.stringify(files)).trim().split('\n');
  let equal = 0;
  for (const [index, file] of files.entries()) {
    const theirs: Reference | null = JSON.parse(references[index] ?? '');
    const own = await ours(file);
    if (theirs === null || own === null) continue;
    if (basename(file) in otherwise) {
      assert.notDeepEqual(own, theirs, `${file} no longer differs`);
      continue;
    }
    assert.deepEqual(own, theirs, file);
    equal += 1;
  }
  return equal;
};

suite('decoding equals Pillow byte for byte', needsPillow, () => {
  test('for every mode, format, subsampling and orientation that Pillow writes, and first frames', async (t) => {
    const folder = await mkdtemp(join(tmpdir(), 'droste-pillow-'));
    t.after(() => rm(folder, { recursive: true, force: true }));
    runPillow(script, ['make', folder]);
    const files = (await readdir(folder)).sort().map((name) => join(folder, name));
    assert.equal(await compare(files), files.length - 1);
  });

  test('for the hard files that both read', { skip: skipWithout }, async () => {
    const folder = new URL('hard/', sharedData).pathname;
    const names = (await readdir(folder, { recursive: true })).filter((name) => /\.\w+$/.test(name)).sort();
    const equal = await compare(names.map((name) => join(folder, name)));
    assert.ok(equal >= 60, `${equal}`);
  });
});
