import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { digestOf } from '../../../cli/model/files.ts';
import { catalogueSource } from '../../../cli/model/sources.ts';
import { parseModelConfig } from '../../../functions/classify/core/labels.ts';
import { parsePreprocessing } from '../../../functions/classify/core/preprocessor-config.ts';
import { catalogue, catalogueEntry, whyLeftOut } from '../../../models/catalogue.ts';
import { imagenetLabels } from '../../../models/imagenet-labels.ts';
import { needsSharedData, sharedPath } from '../../functions/classify/shared-data.ts';

const hub = { endpoint: 'http://hub.test', headers: {}, cache: '/no/cache' };

/** Models of the zoo that are beside the project, with config files that were written without this catalogue. */
const known = [
  ['squeezenet1.1-7', 'squeezenet1.1'],
  ['mobilenetv2-12-int8', 'mobilenetv2-int8'],
  ['shufflenet-v2-12-qdq', 'shufflenetv2-qdq'],
] as const;

const textOf = (name: string, path: string): string => {
  const entry = catalogueEntry(name);
  assert.ok(entry);
  const file = catalogueSource(entry, hub).files.find((one) => one.path === path);
  assert.ok(file && 'text' in file);
  return file.text;
};

test('every entry has a name, a digest and a size of its own, and files that the loader reads', () => {
  assert.equal(new Set(catalogue.map(({ name }) => name)).size, catalogue.length);
  assert.equal(new Set(catalogue.map(({ sha256 }) => sha256)).size, catalogue.length);
  for (const { name, sha256, bytes } of catalogue) {
    assert.match(sha256, /^[0-9a-f]{64}$/);
    assert.ok(Number.isInteger(bytes) && bytes > 1_000_000);
    const { labels, warnings } = parseModelConfig(textOf(name, 'config.json'));
    assert.equal(labels.length, 1000);
    assert.deepEqual(warnings, []);
    const { resize, crop, filter } = parsePreprocessing(textOf(name, 'preprocessor_config.json'));
    assert.equal(filter, 'bilinear');
    assert.deepEqual(crop, { width: 224, height: 224 });
    assert.ok(resize);
  }
});

test('the graph comes from the successor of the zoo, pinned', () => {
  const entry = catalogueEntry('squeezenet1.1-7');
  assert.ok(entry);
  assert.deepEqual(catalogueSource(entry, hub).files.at(-1), {
    path: 'model.onnx',
    url: 'http://hub.test/onnxmodelzoo/squeezenet1.1-7/resolve/main/squeezenet1.1-7.onnx',
    bytes: 4_956_208,
    digest: { kind: 'sha256', hex: '1eeff551a67ae8d565ca33b572fc4b66e3ef357b0eb2863bb9ff47a918cc4088' },
    copies: [
      '/no/cache/models--onnxmodelzoo--squeezenet1.1-7/blobs/1eeff551a67ae8d565ca33b572fc4b66e3ef357b0eb2863bb9ff47a918cc4088',
    ],
  });
});

test('EfficientNet-Lite4 takes (v − 127) / 128 and answers probabilities, as its page says', () => {
  const { scale, mean, std } = parsePreprocessing(
    textOf('efficientnet-lite4-11', 'preprocessor_config.json'),
  );
  assert.deepEqual({ scale, mean, std }, { scale: 1, mean: [127, 127, 127], std: [128, 128, 128] });
  assert.equal(parseModelConfig(textOf('efficientnet-lite4-11', 'config.json')).output, 'probabilities');
});

test('there are 1,000 labels, each once, in the order of ImageNet', () => {
  assert.equal(imagenetLabels.length, 1000);
  assert.equal(new Set(imagenetLabels).size, 1000);
  assert.deepEqual(
    [0, 134, 207, 517, 999].map((index) => imagenetLabels[index]),
    ['tench', 'crane (bird)', 'Golden Retriever', 'crane (machine)', 'toilet paper'],
  );
});

test('what is left out is said with its reason, and nothing of the catalogue is', () => {
  for (const { name } of catalogue) assert.equal(whyLeftOut(name), undefined);
  assert.match(whyLeftOut('squeezenet1.0-12-int8') ?? '', /BGR/);
  assert.match(whyLeftOut('shufflenet-9') ?? '', /v1/);
  assert.match(whyLeftOut('bvlcalexnet-12') ?? '', /does not say which pixels/);
  assert.equal(whyLeftOut('shufflenet-v3'), undefined);
});

for (const [name, folder] of known) {
  test(
    `${name} is pinned to the real file, with its real labels and preprocessing`,
    needsSharedData,
    async () => {
      const real = sharedPath(`models/${folder}`);
      const entry = catalogueEntry(name);
      assert.equal(await digestOf(join(real, 'model.onnx'), 'sha256'), entry?.sha256);
      assert.equal(readFileSync(join(real, 'model.onnx')).length, entry?.bytes);
      for (const file of ['config.json', 'preprocessor_config.json']) {
        assert.deepEqual(JSON.parse(textOf(name, file)), JSON.parse(readFileSync(join(real, file), 'utf8')));
      }
    },
  );
}
