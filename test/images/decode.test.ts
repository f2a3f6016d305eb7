import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { checkHeader, DEFAULT_MAX_PIXELS, decodeSteps, type Header } from '../../images/decode.ts';
import { decodeFailure } from '../../images/decode-failure.ts';
import type { PixelPlan } from '../../images/pixels.ts';
import { ImageTooLargeError } from '../../platform/errors.ts';

const header: Header = {
  format: 'jpeg',
  width: 500,
  height: 375,
  profile: 'none',
  space: 'other',
  channels: 3,
};
const plan: PixelPlan = {
  resize: { shortestEdge: 256 },
  kernel: 'linear',
  crop: { width: 224, height: 224 },
  channels: 3,
};
const steps = (changes: Partial<Header> = {}): ReturnType<typeof decodeSteps> =>
  decodeSteps({ ...header, ...changes }, plan, DEFAULT_MAX_PIXELS);

suite('decodeSteps', () => {
  test('resize and crop are worked out for the upright picture', () => {
    assert.deepEqual(steps().resize, { width: 341, height: 256 });
    assert.equal(steps().crop?.across.offset, 58);
    assert.equal(steps().crop?.down.offset, 16);
  });

  test('a picture that lies on its side is resized lying, and cropped standing', () => {
    for (const orientation of [5, 6, 7, 8]) {
      const lying = steps({ orientation });
      assert.deepEqual(lying.resize, { width: 341, height: 256 });
      assert.equal(lying.crop?.across.offset, 16);
      assert.equal(lying.crop?.down.offset, 58);
    }
  });

  test('an orientation outside EXIF is no orientation', () => {
    for (const orientation of [0, 1, 9, 42]) {
      assert.deepEqual(steps({ orientation }).upright, { flip: false, flop: false, turn: 0 });
    }
  });

  test('colours are converted only where the profile changes them', () => {
    assert.equal(steps().colours, 'keep');
    assert.equal(steps({ profile: 'srgb' }).colours, 'keep');
    assert.equal(steps({ profile: 'other' }).colours, 'embedded');
  });

  test('deep RGB comes back from wide gamut only where it was converted', () => {
    assert.equal(steps({ space: 'rgb16' }).fromWideGamut, false);
    assert.equal(steps({ space: 'rgb16', profile: 'srgb' }).fromWideGamut, false);
    assert.equal(steps({ space: 'rgb16', profile: 'other' }).fromWideGamut, true);
  });

  test('damage in a TIFF is not forgiven at all, elsewhere a warning is', () => {
    assert.equal(steps({ format: 'tiff' }).failOn, 'warning');
    assert.equal(steps({ format: 'jpeg' }).failOn, 'error');
  });

  test('a picture is enlarged to twice the size, and every second pixel kept', () => {
    const enlarged = steps({ width: 250, height: 128 });
    assert.deepEqual(enlarged.resize, { width: 1000, height: 512 });
    assert.deepEqual(enlarged.crop?.across, { offset: 276, length: 448, before: 0, after: 0 });
    assert.deepEqual(enlarged.halve, { x: 1, y: 1 });
    assert.deepEqual(enlarged.size, { width: 224, height: 224 });
  });

  test('one that shrinks, grows on one side only, or is taken pixel by pixel is not', () => {
    assert.equal(steps().halve, undefined);
    assert.equal(steps({ width: 256, height: 256 }).halve, undefined);
    const squash: PixelPlan = { ...plan, resize: { width: 600, height: 100 } };
    assert.equal(decodeSteps(header, squash, DEFAULT_MAX_PIXELS).halve, undefined);
    const small = { ...header, width: 10, height: 10 };
    assert.equal(decodeSteps(small, plan, 224 * 224 * 4 - 1).halve, undefined);
    assert.equal(decodeSteps(small, { ...plan, kernel: 'nearest' }, DEFAULT_MAX_PIXELS).halve, undefined);
  });

  test('a ribbon is refused where the resize would blow it up', () => {
    const ribbon = { ...header, width: 60_000, height: 1 };
    assert.throws(
      () => decodeSteps(ribbon, { kernel: 'linear', channels: 3, resize: { shortestEdge: 5000 } }, 1e6),
      {
        name: 'ImageTooLargeError',
        message: /at most 1000000 pixels after the resize, received 300000000×5000/,
      },
    );
    assert.throws(() => decodeSteps(ribbon, { ...plan, resize: { shortestEdge: 5000 } }, 1e6), {
      name: 'ImageTooLargeError',
    });
  });
});

suite('checkHeader', () => {
  test('accepts the limit and refuses one pixel more, with width × height', () => {
    checkHeader({ ...header, width: 10, height: 10 }, 100);
    assert.throws(() => checkHeader({ ...header, width: 101, height: 1 }, 100), {
      name: 'ImageTooLargeError',
      message: 'Expected at most 100 pixels, received 101×1 (101)',
    });
  });

  test('accepts colours and one alpha, and no more channels', () => {
    const accept = (space: Header['space'], channels: number): void =>
      checkHeader({ ...header, format: 'tiff', space, channels }, DEFAULT_MAX_PIXELS);
    accept('other', 4);
    accept('cmyk', 5);
    for (const [space, channels] of [
      ['other', 5],
      ['rgb16', 8],
      ['cmyk', 6],
    ] as const) {
      assert.throws(() => accept(space, channels), {
        name: 'UnsupportedImageError',
        message: /received a TIFF of \d/,
      });
    }
  });
});

suite('decodeFailure', () => {
  test('a variant the decoder lacks is unsupported', () => {
    for (const said of [
      'tiff2vips: Old-style JPEG compression support is not configured\ntiff2vips: and again',
      'tiff2vips: Compression scheme 34712 strip decoding is not implemented',
    ]) {
      assert.equal(decodeFailure(new Error(said), 'tiff').name, 'UnsupportedImageError');
    }
  });

  test('everything else is a corrupt picture, with the first line of the reason and the cause', () => {
    const cause = new Error('VipsJpeg: premature end of JPEG image\nVipsJpeg: again');
    const failure = decodeFailure(cause, 'jpeg');
    assert.equal(failure.name, 'ImageDecodeError');
    assert.match(failure.message, /JPEG.*: VipsJpeg: premature end of JPEG image$/);
    assert.equal(failure.cause, cause);
  });

  test('a decoder that gives no reason still makes a sentence', () => {
    assert.match(decodeFailure(new Error(''), 'tiff').message, /the decoder gave no reason$/);
  });

  test('our own errors pass through', () => {
    const ours = new ImageTooLargeError('too large');
    assert.equal(decodeFailure(ours, 'png'), ours);
  });
});
