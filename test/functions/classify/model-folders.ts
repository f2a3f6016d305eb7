import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { TestContext } from 'node:test';
import type { Tag } from '../../../functions/classify/core/answer.ts';
import type { Classifier } from '../../../functions/classify/model/classifier.ts';
import type { Pixels } from '../../../images/pixels.ts';
import { type Graph, type GraphValue, writeOnnx } from '../../../models/onnx-writer.ts';

/** A temporary folder that goes away with the test. */
export const temporaryFolder = async (test: TestContext): Promise<string> => {
  const folder = await mkdtemp(join(tmpdir(), 'droste-classify-'));
  test.after(() => rm(folder, { recursive: true, force: true }));
  return folder;
};

/** Writes files into a folder, by their relative paths; objects as JSON. */
export const writeFiles = async (
  folder: string,
  files: Readonly<Record<string, string | Uint8Array | object | undefined>>,
): Promise<string> => {
  for (const [path, content] of Object.entries(files)) {
    if (content === undefined) continue;
    await mkdir(dirname(join(folder, path)), { recursive: true });
    const raw = typeof content === 'string' || content instanceof Uint8Array;
    await writeFile(join(folder, path), raw ? content : JSON.stringify(content));
  }
  return folder;
};

/** A graph whose scores are the means of its input's channels: small, and its answer is known. */
export const channelMeans = (input: Partial<GraphValue> = {}, output: Partial<GraphValue> = {}): Uint8Array =>
  writeOnnx(channelMeansGraph(input, output));

export const channelMeansGraph = (
  input: Partial<GraphValue> = {},
  output: Partial<GraphValue> = {},
): Graph => ({
  name: 'channel-means',
  description: '',
  inputs: [{ name: 'pixels', shape: ['batch', 3, 2, 2], ...input }],
  outputs: [{ name: 'scores', shape: ['batch', 3], ...output }],
  constants: [],
  operations: [
    { type: 'Cast', inputs: ['pixels'], outputs: ['numbers'], attributes: { to: 1 } },
    { type: 'GlobalAveragePool', inputs: ['numbers'], outputs: ['pooled'] },
    { type: 'Flatten', inputs: ['pooled'], outputs: ['scores'], attributes: { axis: 1 } },
  ],
});

/** The two JSON files of a model over 2×2 pictures that are taken as they are. */
export const config = { id2label: { 0: 'red', 1: 'green', 2: 'blue' }, output: 'logits' };
export const preprocessorConfig = {
  do_resize: true,
  size: { height: 2, width: 2 },
  resample: 2,
  do_rescale: false,
  do_normalize: false,
};

/** The files of a whole model, with some replaced (or left out, where undefined). */
export const modelFiles = (
  replaced: Readonly<Record<string, string | Uint8Array | object | undefined>> = {},
): Readonly<Record<string, string | Uint8Array | object | undefined>> => ({
  'model.onnx': channelMeans(),
  'config.json': config,
  'preprocessor_config.json': preprocessorConfig,
  ...replaced,
});

/** 2×2 pixels of one colour. */
export const flat = (...colour: readonly number[]) => ({
  data: Uint8Array.from({ length: 12 }, (_, index) => colour[index % 3] ?? 0),
  width: 2,
  height: 2,
  channels: 3 as const,
});

/** The best tags of a model that answers tags. */
export const tagsOf = async (
  classifier: Pick<Classifier, 'answer'>,
  pixels: Pixels,
  topK: number,
): Promise<readonly Tag[]> => {
  const answer = await classifier.answer(pixels, { topK });
  assert.ok('tags' in answer);
  return answer.tags;
};
