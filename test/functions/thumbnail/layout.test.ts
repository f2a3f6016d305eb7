import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import fc from 'fast-check';
import { type Fit, fits, layOut } from '../../../functions/thumbnail/core/layout.ts';
import { pyramidOf } from '../../../images/pyramid.ts';

const side = fc.integer({ min: 1, max: 5_000 });
const size = fc.record({ width: side, height: side }, { noNullPrototype: true });
const source = { width: 400, height: 300 };

const frameOf = (fit: Fit, box: { width: number; height: number }, enlarge = false): string => {
  const { scaled, frame } = layOut(source, box, { fit, enlarge });
  return `${scaled.width}x${scaled.height} in ${frame.width}x${frame.height}`;
};

suite('layOut', () => {
  test('puts a picture into its box in five ways', () => {
    const box = { width: 100, height: 100 };
    assert.equal(frameOf('inside', box), '100x75 in 100x75');
    assert.equal(frameOf('contain', box), '100x75 in 100x100');
    assert.equal(frameOf('cover', box), '133x100 in 100x100');
    assert.equal(frameOf('outside', box), '133x100 in 133x100');
    assert.equal(frameOf('fill', box), '100x100 in 100x100');
  });

  test('leaves a smaller picture as it is, unless it may be enlarged', () => {
    const box = { width: 800, height: 800 };
    assert.equal(frameOf('inside', box), '400x300 in 400x300');
    assert.equal(frameOf('contain', box), '400x300 in 800x800');
    assert.equal(frameOf('cover', box), '400x300 in 400x300');
    assert.equal(frameOf('fill', box), '400x300 in 400x300');
    assert.equal(frameOf('inside', box, true), '800x600 in 800x600');
    assert.equal(frameOf('cover', box, true), '1067x800 in 800x800');
    assert.equal(frameOf('fill', box, true), '800x800 in 800x800');
  });

  test('lets the other side follow where one is given', () => {
    const options = { fit: 'cover', enlarge: false } as const;
    assert.deepEqual(layOut(source, { width: 200 }, options).frame, { width: 200, height: 150 });
    assert.deepEqual(layOut(source, { height: 30 }, options).frame, { width: 40, height: 30 });
    assert.deepEqual(layOut(source, { width: 900 }, options).frame, source);
    const enlarged = layOut(source, { width: 800 }, { ...options, enlarge: true });
    assert.deepEqual(enlarged.frame, { width: 800, height: 600 });
  });

  test('keeps its promises for every picture and box', () => {
    fc.assert(
      fc.property(size, size, fc.constantFrom(...fits), fc.boolean(), (picture, box, fit, enlarge) => {
        const { scaled, frame } = layOut(picture, box, { fit, enlarge });
        assert.ok(Math.min(scaled.width, scaled.height, frame.width, frame.height) >= 1);
        if (!enlarge) assert.ok(scaled.width <= picture.width && scaled.height <= picture.height);
        if (fit !== 'outside') assert.ok(frame.width <= box.width && frame.height <= box.height);
        if (fit === 'contain') assert.deepEqual(frame, box);
        if (enlarge && (fit === 'cover' || fit === 'fill')) assert.deepEqual(frame, box);
        if (fit === 'cover') assert.ok(frame.width <= scaled.width && frame.height <= scaled.height);
      }),
    );
  });
});

suite('pyramidOf', () => {
  test('makes every size from the smallest level that covers it, each level half of the one before', () => {
    fc.assert(
      fc.property(size, fc.array(size, { minLength: 1, maxLength: 8 }), (picture, wanted) => {
        const targets = wanted.map(({ width, height }) => ({
          width: Math.min(width, picture.width),
          height: Math.min(height, picture.height),
        }));
        const { levels, levelOf } = pyramidOf(picture, targets);
        for (const [index, target] of targets.entries()) {
          const level = levels[levelOf[index] ?? -1];
          assert.ok(level && level.width >= target.width && level.height >= target.height);
          const isSmallest =
            Math.ceil(level.width / 2) < target.width || Math.ceil(level.height / 2) < target.height;
          assert.ok(isSmallest || level.width * level.height === 1);
        }
        for (const [index, level] of levels.entries()) {
          const above = levels[index - 1];
          if (above)
            assert.deepEqual(level, {
              width: Math.ceil(above.width / 2),
              height: Math.ceil(above.height / 2),
            });
        }
        assert.ok(levelOf.includes(levels.length - 1));
      }),
    );
  });

  test('makes what is larger than the picture of the picture itself', () => {
    const { levels, levelOf } = pyramidOf(source, [{ width: 800, height: 600 }]);
    assert.deepEqual({ levels, levelOf }, { levels: [source], levelOf: [0] });
  });
});
