import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { suite, test } from 'node:test';
import type { Filter } from '../../../images/resample/filter.ts';
import { resample } from '../../../images/resample/resample.ts';
import { needsPillow, runPillow } from '../support/pillow.ts';
import { syntheticPicture, whole } from './synthetic-picture.ts';

interface Digest {
  readonly seed: number;
  readonly size: readonly [width: number, height: number];
  readonly channels: 1 | 3;
  readonly target: readonly [width: number, height: number];
  readonly filter: Filter;
  readonly sha256: string;
}

const committed: readonly Digest[] = JSON.parse(
  await readFile(new URL('pillow-digests.json', import.meta.url), 'utf8'),
);

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

  test('whose digests are what the installed Pillow makes', needsPillow, () => {
    const made = runPillow(new URL('pillow-digests.py', import.meta.url), []);
    assert.deepEqual(JSON.parse(made), committed);
  });
});
