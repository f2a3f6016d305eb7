import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import fc from 'fast-check';
import { toFloat16Bits } from '../../../functions/classify/core/float16.ts';
import { lookupTable } from '../../../functions/classify/core/lookup-table.ts';
import type { Preprocessing } from '../../../functions/classify/core/preprocessing.ts';
import { tensorShape, tensorWriter, zeros } from '../../../functions/classify/core/tensor.ts';
import { InvalidRequestError, ModelLoadError } from '../../../platform/errors.ts';

const asIs: Preprocessing = {
  filter: 'bilinear',
  rounding: 'transformers',
  decoding: {},
  assumed: [],
  scale: 1,
  offset: 0,
  mean: 0,
  std: 1,
  flipChannels: false,
};
const rgb = { elementType: 'float32', channels: 3 } as const;

const preprocessing: fc.Arbitrary<Preprocessing> = fc.record({
  filter: fc.constant('bilinear' as const),
  rounding: fc.constant('transformers' as const),
  decoding: fc.constant({}),
  assumed: fc.constant([]),
  scale: fc.double({ min: 1e-3, max: 1, noNaN: true }),
  offset: fc.constantFrom(0 as const, 1 as const),
  mean: fc.array(fc.double({ min: -200, max: 200, noNaN: true }), { minLength: 3, maxLength: 3 }),
  std: fc.array(fc.double({ min: 0.1, max: 5, noNaN: true }), { minLength: 3, maxLength: 3 }),
  flipChannels: fc.boolean(),
});

const picture = fc
  .record({ width: fc.integer({ min: 1, max: 7 }), height: fc.integer({ min: 1, max: 7 }) })
  .chain((size) =>
    fc
      .uint8Array({ minLength: size.width * size.height * 3, maxLength: size.width * size.height * 3 })
      .map((data) => ({ ...size, data, channels: 3 as const })),
  );

suite('pixels to tensor', () => {
  test('every value of every channel is the formula, wherever the layout puts it', () => {
    fc.assert(
      fc.property(preprocessing, picture, fc.constantFrom('NCHW', 'NHWC'), (steps, pixels, layout) => {
        const graph = { ...rgb, layout };
        const tensor = zeros(graph, pixels, 1);
        tensorWriter(steps, graph, pixels)(pixels, tensor);
        const plane = pixels.width * pixels.height;
        for (let at = 0; at < plane * 3; at += 1) {
          const [pixel, channel] =
            layout === 'NCHW' ? [at % plane, Math.floor(at / plane)] : [Math.floor(at / 3), at % 3];
          const from = steps.flipChannels ? 2 - channel : channel;
          const value = pixels.data[pixel * 3 + from] ?? Number.NaN;
          const [mean, std] = [[steps.mean].flat()[channel] ?? 0, [steps.std].flat()[channel] ?? 1];
          assert.equal(tensor[at], Math.fround((value * steps.scale - steps.offset - mean) / std));
        }
      }),
    );
  });

  test('Caffe models get BGR less their means, in the order of the graph', () => {
    const graph = { ...rgb, layout: 'NCHW' } as const;
    const tensor = zeros(graph, { width: 1, height: 1 }, 1);
    const caffe = { ...asIs, mean: [104, 117, 123], flipChannels: true };
    const pixels = { data: Uint8Array.of(223, 127, 105), width: 1, height: 1, channels: 3 } as const;
    tensorWriter(caffe, graph, pixels)(pixels, tensor);
    assert.deepEqual([...tensor], [1, 10, 100]);
  });

  test('float16 is the bits of the formula, and uint8 the pixels themselves', () => {
    const steps = { ...asIs, scale: 1 / 255, mean: [0.485, 0.456, 0.406], std: [0.229, 0.224, 0.225] };
    const half = lookupTable(steps, { elementType: 'float16', channels: 3 });
    assert.ok(half instanceof Uint16Array);
    assert.equal(half[256 + 77], toFloat16Bits((77 / 255 - 0.456) / 0.224));
    const bytes = lookupTable(asIs, { elementType: 'uint8', channels: 3 });
    assert.deepEqual([...bytes.subarray(512)], [...Array(256).keys()]);
  });

  test('one channel is the same in both layouts', () => {
    const pixels = { data: Uint8Array.of(1, 2, 3, 4), width: 2, height: 2, channels: 1 } as const;
    for (const layout of ['NCHW', 'NHWC'] as const) {
      const graph = { elementType: 'float32', channels: 1, layout } as const;
      const tensor = zeros(graph, pixels, 1);
      tensorWriter(asIs, graph, pixels)(pixels, tensor);
      assert.deepEqual([...tensor], [1, 2, 3, 4]);
    }
  });

  test('only the first row of a batch is written', () => {
    const graph = { ...rgb, layout: 'NHWC' } as const;
    const pixels = { data: Uint8Array.of(7, 8, 9), width: 1, height: 1, channels: 3 } as const;
    const tensor = zeros(graph, pixels, 2);
    tensorWriter(asIs, graph, pixels)(pixels, tensor);
    assert.deepEqual([...tensor], [7, 8, 9, 0, 0, 0]);
    assert.deepEqual(tensorShape(graph, { width: 5, height: 4 }, 2), [2, 4, 5, 3]);
    assert.deepEqual(tensorShape({ ...graph, layout: 'NCHW' }, { width: 5, height: 4 }, 2), [2, 3, 4, 5]);
  });

  test('pixels of another size or other channels than planned are refused', () => {
    const graph = { ...rgb, layout: 'NCHW' } as const;
    const write = tensorWriter(asIs, graph, { width: 2, height: 2 });
    const tensor = zeros(graph, { width: 2, height: 2 }, 1);
    for (const pixels of [
      { data: new Uint8Array(12), width: 4, height: 1, channels: 3 as const },
      { data: new Uint8Array(4), width: 2, height: 2, channels: 1 as const },
      { data: new Uint8Array(11), width: 2, height: 2, channels: 3 as const },
    ]) {
      assert.throws(() => write(pixels, tensor), InvalidRequestError);
    }
  });

  test('preprocessing that does not fit the graph is refused', () => {
    const refused = (
      steps: Partial<Preprocessing>,
      graph: Parameters<typeof lookupTable>[1],
      message: RegExp,
    ) =>
      assert.throws(
        () => lookupTable({ ...asIs, ...steps }, graph),
        (error: unknown) => error instanceof ModelLoadError && message.test(error.message),
      );
    refused({ mean: [1, 2] }, rgb, /image_mean of 3 numbers.*received 2/);
    refused({ std: [1, 2, 3, 4] }, rgb, /image_std of 3 numbers.*received 4/);
    refused({ flipChannels: true }, { ...rgb, channels: 1 }, /do_flip_channel_order false/);
    refused({ scale: 1 / 255 }, { ...rgb, elementType: 'uint8' }, /whole values from 0 to 255/);
  });
});
