import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import fc from 'fast-check';
import sharp from 'sharp';
import { isSrgbProfile } from '../../images/srgb-profile.ts';
import { flat } from './support/pictures.ts';

const profile = async (name: 'srgb' | 'p3' | 'cmyk'): Promise<Uint8Array> => {
  const picture = flat(2, 2, [1, 2, 3])
    .toColourspace(name === 'cmyk' ? 'cmyk' : 'srgb')
    .withIccProfile(name);
  const { icc } = await sharp(await picture.jpeg().toBuffer()).metadata();
  assert.ok(icc !== undefined);
  return icc;
};

suite('isSrgbProfile', () => {
  test('knows sRGB by its numbers', async () => {
    assert.equal(isSrgbProfile(await profile('srgb')), true);
  });

  test('does not take Display P3 or CMYK for sRGB', async () => {
    assert.equal(isSrgbProfile(await profile('p3')), false);
    assert.equal(isSrgbProfile(await profile('cmyk')), false);
  });

  test('a profile with one primary or one curve off is another profile', async () => {
    const icc = Buffer.from(await profile('srgb'));
    for (const tag of ['rXYZ', 'bXYZ', 'gTRC']) {
      const entry = icc.indexOf(tag, 132);
      const changed = Buffer.from(icc);
      // the high half of a colorant's Y, or the gamma of a parametric curve
      const at = icc.readUInt32BE(entry + 4) + 12;
      changed.writeUInt16BE((changed.readUInt16BE(at) + 1) & 0xffff, at);
      assert.equal(isSrgbProfile(changed), false, tag);
    }
  });

  test('a cut or garbled profile is not sRGB, and never an exception', async () => {
    const icc = await profile('srgb');
    for (let length = 0; length < 200; length += 1)
      assert.equal(isSrgbProfile(icc.subarray(0, length)), false);
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 600 }), (noise) => {
        isSrgbProfile(Buffer.concat([icc.subarray(0, 132), noise]));
        assert.equal(isSrgbProfile(noise), false);
      }),
    );
  });
});
