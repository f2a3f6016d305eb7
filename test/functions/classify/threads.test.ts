import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { bundleFunction } from '../../../infra/bundle/bundle.ts';
import { pictures } from '../../infra/support/pictures.ts';

const needsTwo = availableParallelism() < 2 ? { skip: 'this machine shows one processor' } : {};

// as Lambda has it for a function of two vCPUs
process.env.AWS_LAMBDA_FUNCTION_MEMORY_SIZE = '3538';

let started = 0;
process.on('worker', () => {
  started += 1;
});

const context = { awsRequestId: 'r', functionVersion: '1', getRemainingTimeInMillis: () => 60_000 };
const cut = `data:image/jpeg;base64,${Buffer.from(pictures[0]?.split(',')[1] ?? '', 'base64')
  .subarray(0, 3_000)
  .toString('base64')}`;
const images = [...pictures, cut, 'data:image/png;base64,AAAA', 'ftp://example.com/a.png', ...pictures];

type Results = readonly { readonly receipt?: Readonly<Record<string, unknown>> }[];

const check = async (handler: (event: unknown, given: typeof context) => Promise<unknown>) => {
  const ask = async (asked: readonly string[], options: object) =>
    (
      (await handler({ images: asked, options: { onError: 'collect', ...options } }, context)) as {
        results: Results;
      }
    ).results;
  started = 0;
  const singly = [];
  for (const image of images) singly.push(...(await ask([image], {})));
  assert.equal(started, 0, 'one picture alone starts no thread');
  assert.deepEqual(await ask(images, {}), singly);
  assert.equal(started, 2, 'a thread for each vCPU');

  const several = { models: ['basic-colours', 'basic-colours'], preprocess: 'fast', topK: 2, receipts: true };
  const [first] = await ask(images, several);
  for (const measure of ['queueMs', 'fetchMs', 'decodeMs', 'inferMs']) {
    assert.equal(typeof first?.receipt?.[measure], 'number', measure);
  }
  const unknown = await ask(pictures, { models: ['none'] });
  assert.match(JSON.stringify(unknown[0]), /InvalidRequestError/);
  assert.equal(started, 2, 'and none for errors');
};

test(
  'with two vCPUs pictures are classified in threads, and the answers are the same',
  needsTwo,
  async () => {
    await check((await import('../../../functions/classify/handler.ts')).handler);
  },
);

test('so they are in a bundle', needsTwo, async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'droste-threads-'));
  t.after(() => rm(folder, { recursive: true, force: true }));
  const architecture = process.arch === 'arm64' ? 'arm64' : 'x64';
  const { directory, module } = await bundleFunction('classify', {
    architecture,
    directory: join(folder, 'bundle'),
  });
  await check((await import(pathToFileURL(join(directory, module)).href)).handler);
});
