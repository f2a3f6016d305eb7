import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { chooseOutput, countClasses, readGraphInput } from '../../../functions/classify/core/graph.ts';
import { pixelPlan } from '../../../functions/classify/core/pixel-plan.ts';
import { parsePreprocessing } from '../../../functions/classify/core/preprocessor-config.ts';
import { ModelLoadError } from '../../../platform/errors.ts';

const input = (...shape: readonly (number | string)[]) => [{ name: 'x', elementType: 'float32', shape }];
const read = (...shape: readonly (number | string)[]) => readGraphInput(input(...shape));
const refuses = (work: () => unknown, message: RegExp): void =>
  assert.throws(work, (error: unknown) => error instanceof ModelLoadError && message.test(error.message));

suite('the input of a graph', () => {
  test('is NCHW or NHWC by where 1 or 3 channels are', () => {
    assert.deepEqual(read('N', 3, 224, 192), {
      name: 'x',
      layout: 'NCHW',
      elementType: 'float32',
      channels: 3,
      height: 224,
      width: 192,
      batch: 'symbolic',
    });
    const { layout, channels, height, width, batch } = read(16, 224, 192, 1);
    assert.deepEqual([layout, channels, height, width, batch], ['NHWC', 1, 224, 192, 16]);
    assert.equal(read(1, 3, 3, 3).layout, 'NCHW');
  });

  test('may be symbolic throughout, as exports from PyTorch are', () => {
    assert.deepEqual(read('batch_size', 'num_channels', 'height', 'width'), {
      name: 'x',
      layout: 'NCHW',
      elementType: 'float32',
      channels: 3,
      height: undefined,
      width: undefined,
      batch: 'symbolic',
    });
    assert.equal(read('batch', 'height', 'width', 'channels').layout, 'NHWC');
    assert.equal(read('', '', '', '').layout, 'NCHW');
  });

  test('is refused with what was found', () => {
    refuses(() => read(1, 4, 224, 224), /1 or 3 channels.*received x float32 \[1, 4, 224, 224\]/);
    refuses(() => read(1, 'h', 224, 5), /1 or 3 channels/);
    refuses(() => read(1, 3, 224), /4 dimensions.*\[1, 3, 224\]/);
    refuses(() => readGraphInput([]), /one input, received 0/);
    refuses(() => readGraphInput([...input(1), ...input(2)]), /one input, received 2 \(x float32 \[1\], x/);
    refuses(
      () => readGraphInput([{ name: 'ids', elementType: 'int64', shape: [1, 3, 2, 2] }]),
      /float32, float16, uint8, received ids int64/,
    );
  });
});

suite('the output of a graph', () => {
  const output = (name: string, elementType: string, ...shape: readonly (number | string)[]) => ({
    name,
    elementType,
    shape,
  });

  test('is the only one, or the first with one score per class, or the first', () => {
    assert.deepEqual(chooseOutput([output('only', 'int64', 1)]), { name: 'only', warnings: [] });
    assert.equal(
      chooseOutput([
        output('features', 'float32', 'N', 512, 7, 7),
        output('label', 'int64', 'N', 1),
        output('logits', 'float32', 'N', 1000, 1, 1),
        output('more', 'float32', 'N', 10),
      ]).name,
      'logits',
    );
    const planes = [output('a', 'float32', 1, 2, 3), output('b', 'float32', 1, 2, 3)];
    assert.equal(chooseOutput(planes).name, 'a');
    refuses(() => chooseOutput([]), /expected an output, received none/);
    const detector = [output('scores', 'float32', 1, 100), output('detection_boxes', 'float32', 1, 100, 4)];
    refuses(() => chooseOutput(detector), /received the output detection_boxes .*detection and segmentation/);
    assert.equal(chooseOutput(detector, 'g', 'scores').name, 'scores');
  });

  test('is said with the reason where there are several, and may be named', () => {
    const two = [output('features', 'float32', 'N', 8, 7, 7), output('logits', 'float32', 'N', 10)];
    assert.match(
      chooseOutput(two, 'g').warnings.join(),
      /^g: 2 outputs \(features float32 \[N, 8, 7, 7\], logits .*\); logits is taken, the first with one score per class; "output_name"/,
    );
    assert.match(
      chooseOutput([two[0], two[0]].flatMap((each) => each ?? [])).warnings.join(),
      /features is taken, the first, since none has one score per class/,
    );
    assert.deepEqual(chooseOutput(two, 'g', 'features'), { name: 'features', warnings: [] });
    refuses(
      () => chooseOutput(two, 'g', 'probs'),
      /g: expected the output probs .*received features .*logits/,
    );
  });

  test('has one score per class in every shape that classifiers answer', () => {
    for (const [shape, batch] of [
      [[1, 1000], 1],
      [[1, 1000, 1, 1], 1],
      [[1, 1, 1, 1000], 1],
      [[1000], 1],
      [[16, 1000], 16],
    ] as const) {
      assert.equal(countClasses(shape, batch), 1000);
    }
    assert.equal(countClasses([1, 1], 1), 1);
  });

  test('is refused in any other shape', () => {
    refuses(
      () => countClasses([1, 512, 7, 7], 1),
      /one row of numbers a picture.*\[1, 512, 7, 7\], a number for every place: segmentation/,
    );
    refuses(() => countClasses([1, 10], 16), /batch of 16/);
    refuses(() => countClasses([1, 0], 1), /one row of numbers/);
    refuses(() => countClasses([1, 84, 8400], 1), /several rows: detectors/);
  });
});

suite('the plan for pixels', () => {
  const said = { resample: 2, do_rescale: true, do_normalize: false };
  const plan = (document: object, ...shape: readonly (number | string)[]) =>
    pixelPlan(parsePreprocessing(JSON.stringify({ ...said, ...document })), read(...shape));
  const crop = { size: { shortest_edge: 256 }, do_center_crop: true, crop_size: 224 };

  test('is the preprocessing, with the channels of the graph', () => {
    assert.deepEqual(plan(crop, 1, 3, 224, 224), {
      width: 224,
      height: 224,
      plan: {
        resize: { shortestEdge: 256 },
        filter: 'bilinear',
        rounding: 'onnx-zoo',
        crop: { width: 224, height: 224 },
        channels: 3,
      },
    });
    assert.equal(plan({ size: { height: 28, width: 28 } }, 1, 28, 28, 1).plan.channels, 1);
  });

  test('takes the size of the graph where the file names none, and 224 where neither does', () => {
    const vit = { image_processor_type: 'ViTImageProcessor' };
    assert.deepEqual(plan(vit, 1, 3, 64, 96).plan.resize, { width: 96, height: 64 });
    assert.deepEqual(plan(vit, 1, 3, 'h', 'w').plan.resize, { width: 224, height: 224 });
  });

  test('is refused where the sizes differ, or pictures would', () => {
    refuses(() => plan(crop, 1, 3, 227, 227), /227×227.*received 224×224 as crop_size/);
    refuses(() => plan({ size: { width: 10, height: 20 } }, 1, 3, 10, 'w'), /any×10.*received 10×20 as size/);
    refuses(
      () => plan({ size: { shortest_edge: 224 } }, 1, 3, 'h', 'w'),
      /keeps the aspect ratio and no centre crop/,
    );
    refuses(() => plan({ do_resize: false }, 1, 3, 'h', 'w'), /do_resize false and no centre crop/);
  });
});
