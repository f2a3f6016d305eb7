import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { suite, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import type { Filter } from '../../../images/resample/filter.ts';
import { resample } from '../../../images/resample/resample.ts';
import { syntheticPicture, whole } from './synthetic-picture.ts';

interface Digest {
  readonly seed: number;
  readonly size: readonly [width: number, height: number];
  readonly channels: 1 | 3;
  readonly target: readonly [width: number, height: number];
  readonly filter: Filter;
  readonly sha256: string;
}

const script = fileURLToPath(new URL('pillow-digests.py', import.meta.url));
const committed: readonly Digest[] = JSON.parse(
  await readFile(new URL('pillow-digests.json', import.meta.url), 'utf8'),
);

/** Debian's interpreter, for which its package python3-pil is. */
const python = '/usr/bin/python3';
const pillow = spawnSync(python, ['-c', 'import PIL'], { encoding: 'utf8' }).status === 0;

suite('the resampler equals Pillow byte for byte', () => {
  for (const filter of ['nearest', 'box', 'bilinear', 'hamming', 'bicubic', 'lanczos'] as const) {
    test(`with ${filter}, up and down, at odd sizes and sides of one pixel, in grey and in colour`, () => {
      const digests = committed.filter((digest) => digest.filter === filter);
      assert.ok(digests.length >= 30);
      for (const { sha256, seed, size, channels, target } of digests) {
        const [width, height] = target;
        const { data } = resample(syntheticPicture(...size, channels, seed), {
          to: { width, height },
          filter,
          across: whole(width),
          down: whole(height),
        });
        const ours = createHash('sha256').update(data).digest('hex');
        assert.equal(ours, sha256, `${size.join('×')} to ${target.join('×')}, ${channels} channels`);
      }
    });
  }

  test('whose digests are what the installed Pillow makes', {
    skip: pillow ? false : 'expected Pillow for /usr/bin/python3 (Debian: python3-pil), found none',
  }, () => {
    const { stdout } = spawnSync(python, [script], { encoding: 'utf8', maxBuffer: 1 << 24 });
    assert.deepEqual(JSON.parse(stdout), committed);
  });
});
