import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import type { ThumbnailOptions } from '../../../functions/thumbnail/core/options.ts';
import { thumbnailSpecOf } from '../../../functions/thumbnail/core/spec.ts';
import { InvalidRequestError } from '../../../platform/errors.ts';
import { gradient } from '../../images/support/pictures.ts';
import { asData, thumbnailFunction } from './support/function.ts';

const refuses = (options: ThumbnailOptions, message: RegExp): void => {
  assert.throws(
    () => thumbnailSpecOf(options),
    (error) => error instanceof InvalidRequestError && message.test(error.message),
  );
};

suite('thumbnailSpecOf', () => {
  test('has the defaults that are documented', () => {
    assert.deepEqual(thumbnailSpecOf({ size: 75 }), {
      boxes: [{ width: 75, height: 75 }],
      several: false,
      fit: 'inside',
      enlarge: false,
      encoding: { format: 'jpeg', quality: 80 },
      background: '#ffffff',
    });
    assert.deepEqual(thumbnailSpecOf({ size: 1, format: 'webp' }).encoding, { format: 'webp', quality: 80 });
    assert.deepEqual(thumbnailSpecOf({ size: 1, format: 'avif' }).encoding, { format: 'avif', quality: 50 });
    assert.deepEqual(thumbnailSpecOf({ size: 1, format: 'raw' }).encoding, { format: 'raw', channels: 3 });
    assert.equal(thumbnailSpecOf({ size: 1, format: 'png' }).background, '#ffffff00');
  });

  test('takes a size in each of its forms', () => {
    assert.deepEqual(thumbnailSpecOf({ width: 20 }).boxes, [{ width: 20 }]);
    assert.deepEqual(thumbnailSpecOf({ height: 30 }).boxes, [{ height: 30 }]);
    assert.deepEqual(thumbnailSpecOf({ width: 20, height: 30 }).boxes, [{ width: 20, height: 30 }]);
    const { boxes, several } = thumbnailSpecOf({ sizes: [10, { width: 5 }, { width: 1, height: 2 }] });
    assert.deepEqual(boxes, [{ width: 10, height: 10 }, { width: 5 }, { width: 1, height: 2 }]);
    assert.equal(several, true);
  });

  test('writes short colours out', () => {
    assert.equal(thumbnailSpecOf({ size: 1, background: '#F0a' }).background, '#ff00aa');
    assert.equal(thumbnailSpecOf({ size: 1, background: '#01020304' }).background, '#01020304');
  });

  test('refuses no size, two of them, and a box without sides', () => {
    refuses({}, /expected one of size, sizes, or width and height, received none/);
    refuses({ size: 1, width: 2 }, /received size and width or height/);
    refuses({ size: 1, sizes: [2] }, /received size and sizes/);
    refuses({ sizes: [{}] }, /expected width, height or both/);
  });

  test('refuses a quality of what is lossless, and channels of what is not raw', () => {
    refuses({ size: 1, format: 'png', quality: 80 }, /png is lossless/);
    refuses({ size: 1, format: 'raw', quality: 80 }, /raw is lossless/);
    refuses({ size: 1, channels: 1 }, /channels are of raw, received them with jpeg/);
  });
});

suite("thumbnail's options", () => {
  const picture = gradient(40, 30).png().toBuffer();
  const ask = async (options: object): Promise<unknown> =>
    thumbnailFunction()({ images: [asData(await picture)], options });

  const good: readonly object[] = [
    ...['cover', 'contain', 'inside', 'fill', 'outside'].map((fit) => ({ size: 8, fit })),
    ...['jpeg', 'webp', 'avif', 'png', 'raw'].map((format) => ({ size: 8, format })),
    { size: 1 },
    { size: 4_096 },
    { width: 8, height: 4 },
    { sizes: [8, { height: 4 }] },
    { size: 8, quality: 1 },
    { size: 8, quality: 100 },
    { size: 8, background: '#abc' },
    { size: 8, background: '#A1B2C3' },
    { size: 8, background: '#a1b2c3d4' },
    { size: 8, enlarge: true },
    { size: 8, format: 'raw', channels: 1 },
  ];
  test('are taken where they are right', async () => {
    for (const options of good) await assert.doesNotReject(ask(options), JSON.stringify(options));
  });

  const bad: readonly (readonly [object, RegExp])[] = [
    [{ size: 0 }, /size/],
    [{ size: 4_097 }, /size/],
    [{ size: 1.5 }, /size/],
    [{ size: '75' }, /size/],
    [{ width: 0 }, /width/],
    [{ height: 5_000 }, /height/],
    [{ sizes: [] }, /sizes/],
    [{ sizes: Array.from({ length: 101 }, () => 8) }, /sizes/],
    [{ sizes: [{ side: 8 }] }, /sizes/],
    [{ size: 8, fit: 'stretch' }, /fit/],
    [{ size: 8, format: 'gif' }, /format/],
    [{ size: 8, quality: 0 }, /quality/],
    [{ size: 8, quality: 101 }, /quality/],
    [{ size: 8, background: 'white' }, /background/],
    [{ size: 8, background: '#12' }, /background/],
    [{ size: 8, enlarge: 'yes' }, /enlarge/],
    [{ size: 8, format: 'raw', channels: 2 }, /channels/],
    [{ size: 8, out: '' }, /out/],
    [{ size: 8, colour: 'red' }, /colour/],
  ];
  test('are refused by name where they are wrong', async () => {
    for (const [options, message] of bad) {
      await assert.rejects(
        ask(options),
        (error) => error instanceof InvalidRequestError && message.test(error.message),
        JSON.stringify(options),
      );
    }
  });
});
