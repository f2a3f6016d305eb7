import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import {
  checkHeader,
  DEFAULT_MAX_PIXELS,
  type DecodeSteps,
  decodeSteps,
  type Header,
} from '../../images/decode.ts';
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
  hasAlpha: false,
  isProgressive: false,
  bitsPerSample: 8,
};
const plan: PixelPlan = {
  resize: { shortestEdge: 256 },
  filter: 'bilinear',
  crop: { width: 224, height: 224 },
  channels: 3,
};
const steps = (changes: Partial<Header> = {}, wishes: Partial<PixelPlan> = {}): DecodeSteps =>
  decodeSteps({ ...header, ...changes }, { ...plan, ...wishes }, DEFAULT_MAX_PIXELS);

suite('decodeSteps', () => {
  test('resize and crop are worked out for the upright picture', () => {
    for (const orientation of [1, 2, 3, 4]) {
      const { to, across, down } = steps({ orientation }).resampling;
      assert.deepEqual([to, across.offset, down.offset], [{ width: 341, height: 256 }, 58, 16]);
    }
    for (const orientation of [5, 6, 7, 8]) {
      const { to, across, down } = steps({ orientation }).resampling;
      assert.deepEqual([to, across.offset, down.offset], [{ width: 256, height: 341 }, 16, 58]);
    }
  });

  test('an orientation outside EXIF is no orientation, nor is one that is not asked for', () => {
    const lying = { flip: false, flop: false, turn: 0 };
    for (const orientation of [0, 1, 9, 42]) assert.deepEqual(steps({ orientation }).upright, lying);
    assert.deepEqual(steps({ orientation: 6 }, { exif: false }).upright, lying);
    assert.equal(steps({ orientation: 6 }, { exif: false }).resampling.to.width, 341);
  });

  test('colours are taken as stored, and converted only on request, where the profile changes them', () => {
    assert.equal(steps({ profile: 'other' }).colours, 'rgb');
    const converted = (changes: Partial<Header>) => steps(changes, { icc: 'convert' }).colours;
    assert.equal(converted({ profile: 'none' }), 'rgb');
    assert.equal(converted({ profile: 'srgb' }), 'rgb');
    assert.equal(converted({ profile: 'other' }), 'srgb');
  });

  test('grey stays one channel and CMYK four, unless they are converted', () => {
    assert.equal(steps({ space: 'grey', channels: 1 }).colours, 'grey');
    assert.equal(steps({ space: 'cmyk', channels: 4 }).colours, 'cmyk');
    assert.equal(steps({ space: 'cmyk', channels: 4 }, { icc: 'convert' }).colours, 'srgb');
    assert.equal(steps({ space: 'grey', profile: 'other' }, { icc: 'convert' }).colours, 'srgb');
  });

  test('deep RGB comes back from wide gamut only where it was converted', () => {
    const comesBack = (changes: Partial<Header>, wishes: Partial<PixelPlan> = {}) =>
      steps({ space: 'rgb16', ...changes }, wishes).fromWideGamut;
    assert.equal(comesBack({}), false);
    assert.equal(comesBack({ profile: 'other' }), false);
    assert.equal(comesBack({ profile: 'srgb' }, { icc: 'convert' }), false);
    assert.equal(comesBack({ profile: 'other' }, { icc: 'convert' }), true);
  });

  test('transparency is put on white, or dropped on request, where there is any', () => {
    assert.equal(steps({}, { alpha: 'drop' }).alpha, 'none');
    assert.equal(steps({ hasAlpha: true }).alpha, 'white');
    assert.equal(steps({ hasAlpha: true }, { alpha: 'drop' }).alpha, 'drop');
  });

  test('damage in a TIFF is not forgiven at all, elsewhere a warning is', () => {
    assert.equal(steps({ format: 'tiff' }).failOn, 'warning');
    assert.equal(steps({ format: 'jpeg' }).failOn, 'error');
  });

  test('pictures up to 2²⁴ pixels are decoded in full, larger and longer ones are reduced', () => {
    assert.equal(steps({ width: 4096, height: 4096 }).reduce, undefined);
    assert.deepEqual(steps({ width: 4097, height: 4096 }).reduce, { width: 513, height: 512 });
    assert.equal(steps({ width: 65_535, height: 200 }).reduce, undefined);
    assert.deepEqual(steps({ width: 65_536, height: 200 }).reduce, { width: 65_536, height: 200 });
    assert.deepEqual(steps({}, { preprocess: 'fast' }).reduce, { width: 500, height: 375 });
    assert.deepEqual(steps({ width: 1200, height: 1024 }, { preprocess: 'fast' }).reduce, {
      width: 1200,
      height: 1024,
    });
    assert.deepEqual(steps({ width: 2400, height: 2048 }, { preprocess: 'fast' }).reduce, {
      width: 600,
      height: 512,
    });
    assert.equal(steps({ width: 9000, height: 9000 }, { preprocess: 'exact' }).reduce, undefined);
  });

  test('what is reduced is no smaller than twice the target, along each stored side by itself', () => {
    const squash = { resize: { width: 224, height: 100 }, preprocess: 'fast' } as const;
    assert.deepEqual(steps({ width: 4000, height: 300 }, squash).reduce, { width: 500, height: 300 });
    assert.deepEqual(steps({ width: 300, height: 4000, orientation: 6 }, squash).reduce, {
      width: 300,
      height: 500,
    });
  });

  test('a ribbon is refused where the resize would blow it up, and a result beyond the limit', () => {
    const ribbon = { ...header, width: 60_000, height: 1 };
    const whole = { filter: 'bilinear', channels: 3, resize: { shortestEdge: 5000 } } as const;
    assert.throws(() => decodeSteps(ribbon, whole, 1e6), {
      name: 'ImageTooLargeError',
      message: /at most 1000000 pixels after the resize, received 300000000×5000/,
    });
    assert.throws(() => decodeSteps(ribbon, { ...plan, resize: { shortestEdge: 5000 } }, 1e6), {
      name: 'ImageTooLargeError',
    });
    assert.throws(() => decodeSteps(header, plan, 224 * 224 - 1), { name: 'ImageTooLargeError' });
  });
});

suite('checkHeader', () => {
  test('accepts the limit and refuses one pixel more, with width × height', () => {
    checkHeader({ ...header, width: 10, height: 10 }, 100);
    assert.throws(() => checkHeader({ ...header, width: 101, height: 1 }, 100), {
      name: 'ImageTooLargeError',
      message: 'Expected at most 100 pixels (MAX_PIXELS), received 101×1 (101)',
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

const none = new Uint8Array();

suite('decodeFailure', () => {
  test('a variant the decoder lacks is unsupported', () => {
    for (const said of [
      'tiff2vips: Old-style JPEG compression support is not configured\ntiff2vips: and again',
      'tiff2vips: Compression scheme 34712 strip decoding is not implemented',
    ]) {
      assert.equal(decodeFailure(new Error(said), 'tiff', none).name, 'UnsupportedImageError');
    }
  });

  test('everything else is a corrupt picture, with the first line of the reason and the cause', () => {
    const cause = new Error('VipsJpeg: premature end of JPEG image\nVipsJpeg: again');
    const failure = decodeFailure(cause, 'jpeg', none);
    assert.equal(failure.name, 'ImageDecodeError');
    assert.match(failure.message, /JPEG.*: VipsJpeg: premature end of JPEG image$/);
    assert.equal(failure.cause, cause);
  });

  test('a decoder that gives no reason still makes a sentence', () => {
    assert.match(decodeFailure(new Error(''), 'tiff', none).message, /the decoder gave no reason$/);
  });

  test('our own errors pass through', () => {
    const ours = new ImageTooLargeError('too large');
    assert.equal(decodeFailure(ours, 'png', none), ours);
  });
});
