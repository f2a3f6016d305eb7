import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import type { Preprocessing } from '../../../functions/classify/core/preprocessing.ts';
import { parsePreprocessing } from '../../../functions/classify/core/preprocessor-config.ts';
import { ModelLoadError } from '../../../platform/errors.ts';

const vit = { image_processor_type: 'ViTImageProcessor' };
/** With the defaults of ViT. */
const parse = (document: object): Preprocessing => parseAlone({ ...vit, ...document });
const parseAlone = (document: object): Preprocessing => parsePreprocessing(JSON.stringify(document));
const refusal = (document: object | string): string => {
  const text = typeof document === 'string' ? document : JSON.stringify(document);
  try {
    parsePreprocessing(text, 'p.json');
  } catch (error) {
    assert(error instanceof ModelLoadError);
    return error.message;
  }
  return assert.fail('expected a refusal');
};

suite('preprocessor_config.json', () => {
  test('is read as torchvision and Hugging Face mean it', () => {
    assert.deepEqual(
      parse({
        do_resize: true,
        size: { shortest_edge: 256 },
        resample: 3,
        do_center_crop: true,
        crop_size: { height: 224, width: 192 },
        do_rescale: true,
        rescale_factor: 0.5,
        do_normalize: true,
        image_mean: [1, 2, 3],
        image_std: [4, 5, 6],
        do_flip_channel_order: true,
        image_processor_type: 'SomeNewImageProcessor',
        processor_class: 'AnyProcessor',
      }),
      {
        resize: { shortestEdge: 256 },
        filter: 'bicubic',
        rounding: 'transformers',
        decoding: {},
        assumed: [],
        crop: { width: 192, height: 224 },
        scale: 0.5,
        offset: 0,
        mean: [1, 2, 3],
        std: [4, 5, 6],
        flipChannels: true,
      },
    );
  });

  test('gets the defaults of the processor it names, and the sizes of the graph', () => {
    const expected = {
      resize: 'graph',
      filter: 'bilinear',
      rounding: 'transformers',
      decoding: {},
      assumed: ['size', 'resample', 'image_mean', 'image_std'],
      scale: 1 / 255,
      offset: 0,
      mean: 0.5,
      std: 0.5,
      flipChannels: false,
    };
    assert.deepEqual(parse({}), expected);
    assert.deepEqual(parse({ size: null, do_center_crop: null, image_mean: null }), expected);
    assert.equal(parse({ do_center_crop: true }).crop, 'graph');
  });

  test('takes every form of size', () => {
    assert.deepEqual(parse({ size: 224 }).resize, { width: 224, height: 224 });
    assert.deepEqual(parse({ size: [100, 200] }).resize, { width: 200, height: 100 });
    assert.deepEqual(parse({ size: { height: 100, width: 200 } }).resize, { width: 200, height: 100 });
    assert.deepEqual(parse({ size: { shortest_edge: 100 } }).resize, { shortestEdge: 100 });
    assert.deepEqual(parse({ size: { shortest_edge: 100, longest_edge: 300 } }).resize, {
      shortestEdge: 100,
      longestEdge: 300,
    });
    assert.equal(parse({ do_resize: false, size: 224 }).resize, undefined);
  });

  test('takes crop_size as a number or a rectangle', () => {
    assert.deepEqual(parse({ do_center_crop: true, crop_size: 96 }).crop, { width: 96, height: 96 });
    assert.equal(parse({ do_center_crop: false, crop_size: 96 }).crop, undefined);
  });

  test('reads a number as the shorter edge for processors that keep the aspect ratio', () => {
    for (const type of ['CLIPImageProcessor', 'MobileNetV2FeatureExtractor', 'BitImageProcessorFast']) {
      assert.deepEqual(parse({ image_processor_type: type, size: 200 }).resize, { shortestEdge: 200 });
    }
  });

  test('knows what MobileViT leaves unsaid: BGR, and nothing subtracted', () => {
    const { resize, crop, mean, std, flipChannels } = parse({
      image_processor_type: undefined,
      feature_extractor_type: 'MobileViTFeatureExtractor',
      do_center_crop: true,
      crop_size: 256,
      size: 288,
    });
    assert.deepEqual(
      { resize, crop, mean, std, flipChannels },
      {
        resize: { shortestEdge: 288 },
        crop: { width: 256, height: 256 },
        mean: 0,
        std: 1,
        flipChannels: true,
      },
    );
  });

  test('follows crop_pct as ConvNeXT, PoolFormer and LeViT do', () => {
    const convNext = { image_processor_type: 'ConvNextImageProcessor' };
    assert.deepEqual(pick(parse({ ...convNext, size: 224 })), [
      { shortestEdge: 256 },
      { width: 224, height: 224 },
    ]);
    assert.deepEqual(pick(parse({ ...convNext, size: { shortest_edge: 384 } })), [
      { width: 384, height: 384 },
      undefined,
    ]);
    assert.deepEqual(pick(parse({ size: 224, crop_pct: 0.5 })), [
      { shortestEdge: 448 },
      { width: 224, height: 224 },
    ]);
    assert.deepEqual(pick(parse({ image_processor_type: 'PoolFormerImageProcessor' })), [
      { shortestEdge: 248 },
      { width: 224, height: 224 },
    ]);
    assert.deepEqual(pick(parse({ image_processor_type: 'LevitImageProcessor' })), [
      { shortestEdge: 256 },
      { width: 224, height: 224 },
    ]);
  });

  test('divides a second time for include_top, and takes one off for rescale_offset', () => {
    const { std, offset } = parse({ image_std: [2, 3, 4], include_top: true, rescale_offset: true });
    assert.deepEqual(std, [4, 9, 16]);
    assert.equal(offset, 1);
  });

  test('maps resample to filters, and names an unknown one with those it accepts', () => {
    const filters = [0, 1, 2, 3, 4, 5].map((resample) => parse({ resample }).filter);
    assert.deepEqual(filters, ['nearest', 'lanczos', 'bilinear', 'bicubic', 'box', 'hamming']);
    assert.match(refusal({ ...vit, resample: 6 }), /one of 0 \(nearest\), .*5 \(hamming\), received 6/);
    assert.match(refusal({ ...vit, resample: -1 }), /received -1/);
  });

  test('rounds as the library that is behind the processor, and as the model zoo without one', () => {
    const rounding = (image_processor_type?: string, own?: object) =>
      parseAlone({ ...complete, image_processor_type, ...own }).rounding;
    assert.equal(rounding(), 'onnx-zoo');
    for (const type of ['ViTImageProcessor', 'ViTImageProcessorPil', 'SomeNewFeatureExtractor', 'Custom']) {
      assert.equal(rounding(type), 'transformers', type);
    }
    for (const type of ['ViTImageProcessorFast', 'SomeNewImageProcessorFast', 'TimmWrapperImageProcessor']) {
      assert.equal(rounding(type), 'torchvision', type);
    }
    assert.equal(rounding('ViTImageProcessor', { droste: { rounding: 'torchvision' } }), 'torchvision');
  });

  test('has a section of our own for what Python has no keys for, and refuses others in it by name', () => {
    const own = { icc: 'convert', exif: false, alpha: 'drop', preprocess: 'fast' } as const;
    assert.deepEqual(parse({ droste: { ...own, rounding: 'onnx-zoo' } }).decoding, own);
    assert.match(refusal({ droste: { icc: 'maybe' } }), /p\.json.*droste\.icc/);
    assert.match(refusal({ droste: { ICC: 'convert' } }), /p\.json.*droste.*ICC/);
  });

  test('is refused where it leaves unsaid what changes pixels, and nobody knows the defaults', () => {
    assert.match(
      refusal({}),
      /^p\.json: expected it to say size .*resample .*do_rescale .*image_mean .*image_std .*since without image_processor_type/,
    );
    for (const key of ['size', 'resample', 'rescale_factor', 'image_mean', 'image_std'] as const) {
      assert.match(
        refusal({ ...complete, [key]: undefined }),
        new RegExp(`^p\\.json: expected it to say .*${key}`),
      );
    }
    const unknown = { ...complete, image_processor_type: 'SomeNewImageProcessor' };
    assert.match(
      refusal({ ...unknown, resample: null }),
      /resample .* the defaults of SomeNewImageProcessor are not/,
    );
    // every image processor there is divides by 255
    assert.equal(parseAlone({ ...unknown, rescale_factor: null }).scale, 1 / 255);
    assert.match(refusal({ ...complete, size: 224 }), /size as \{height, width\} or \{shortest_edge\}/);
    assert.match(refusal({ ...complete, crop_size: 224 }), /expected it to say do_center_crop/);
    assert.match(refusal({ ...complete, do_center_crop: true }), /expected it to say crop_size/);
    assert.deepEqual(parseAlone({ ...complete, size: 224, default_to_square: false }).resize, {
      shortestEdge: 224,
    });
    const { do_resize: _, ...nothing } = { ...complete, do_normalize: false };
    assert.equal(parseAlone({ ...nothing, image_mean: undefined, image_std: undefined }).mean, 0);
  });

  test('is refused with keys that are not followed, each by name, and what was probably meant', () => {
    const message = refusal({ ...vit, channel_order: 'BGR', img_mean: [1, 2, 3], do_pad: true });
    assert.match(message, /^p\.json: expected keys that are followed here, received channel_order "BGR"/);
    assert.match(message, /channel_order "BGR" \(is do_flip_channel_order meant\?\)/);
    assert.match(
      message,
      /img_mean \[1,2,3\] \(is image_mean meant\?\), do_pad true, which might change pixels/,
    );
    assert.match(message, /"droste": \{"ignore": \["channel_order","img_mean","do_pad"\]\}/);
  });

  test('may have keys that ask for nothing, that change nothing, or that somebody has looked at', () => {
    const expected = parse({});
    for (const harmless of [
      { do_pad: false, pad_size: null },
      { _valid_processor_keys: ['images'], do_convert_rgb: true, data_format: 'channels_first' },
      { patch_size: 16, droste: { ignore: ['patch_size'] } },
    ]) {
      assert.deepEqual(parse(harmless), expected);
    }
  });

  test('is refused with the path of the fault', () => {
    assert.match(refusal({ do_resize: 'yes' }), /p\.json.*do_resize.*expected boolean/);
    assert.match(
      refusal({ size: { height: 'a', width: 2 } }),
      /size: expected a number.*received \{"height":"a"/,
    );
    assert.match(refusal({ crop_size: 0.5 }), /crop_size: expected a number.*received 0\.5/);
    assert.match(refusal({ image_std: [1, 0, 1] }), /image_std: expected no zero/);
    assert.match(refusal('[]'), /its root/);
    assert.match(refusal('{"size": '), /p\.json: expected JSON/);
  });
});

/** What has to be said where no processor is named. */
const complete = {
  do_resize: true,
  size: { height: 8, width: 8 },
  resample: 2,
  rescale_factor: 1 / 255,
  image_mean: [0, 0, 0],
  image_std: [1, 1, 1],
};

const pick = ({ resize, crop }: Preprocessing) => [resize, crop];
