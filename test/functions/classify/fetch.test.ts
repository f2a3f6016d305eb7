import assert from 'node:assert/strict';
import { readdir, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { suite, test } from 'node:test';
import { parseS3Prefix } from '../../../functions/classify/core/s3-prefix.ts';
import { fetchModel } from '../../../functions/classify/model/fetch.ts';
import { loadModel } from '../../../functions/classify/model/load.ts';
import { ModelLoadError } from '../../../platform/errors.ts';
import type { ObjectStore } from '../../../platform/storage/object-store.ts';
import { damagedStore } from './damaged-store.ts';
import { modelFiles, temporaryFolder, writeFiles } from './model-folders.ts';

/** A store that counts what is read from it. */
const counted = (store: ObjectStore) => {
  const reads: string[] = [];
  return {
    reads,
    store: {
      ...store,
      open: (...asked: Parameters<ObjectStore['open']>) => {
        reads.push(asked[0]);
        return store.open(...asked);
      },
    },
  };
};

const under = (prefix: string, files: Readonly<Record<string, string | Uint8Array | object | undefined>>) =>
  Object.fromEntries(Object.entries(files).map(([path, content]) => [`${prefix}/${path}`, content]));

suite('fetching a model', () => {
  test('brings the graph and its two JSON files, and nothing else, and they load', async (t) => {
    const [bucket, directory] = [await temporaryFolder(t), join(await temporaryFolder(t), 'new')];
    await writeFiles(
      bucket,
      under('models/means', modelFiles({ 'pytorch_model.bin': 'weights', 'onnx/model_fp16.onnx': 'x' })),
    );
    const { store, reads } = counted(damagedStore(bucket));
    const folder = await fetchModel('s3://team/models/means', {
      directory,
      store: async (name) => {
        assert.equal(name, 'team');
        return store;
      },
    });
    assert.equal(basename(folder), 'means');
    assert.deepEqual((await readdir(folder)).sort(), [
      'config.json',
      'model.onnx',
      'preprocessor_config.json',
    ]);
    assert.equal(reads.length, 3);
    const classifier = await loadModel(folder);
    assert.equal(classifier.name, 'means');
    await classifier.release();
  });

  test('brings external data with the graph it belongs to', async (t) => {
    const [bucket, directory] = [await temporaryFolder(t), await temporaryFolder(t)];
    const files = {
      'model.onnx': undefined,
      'onnx/model.onnx': 'g',
      'onnx/model.onnx_data': 'd',
      'onnx/other.onnx_data': 'x',
    };
    await writeFiles(bucket, under('m', modelFiles(files)));
    const folder = await fetchModel('s3://data/m/', { directory, store: async () => damagedStore(bucket) });
    assert.deepEqual((await readdir(join(folder, 'onnx'))).sort(), ['model.onnx', 'model.onnx_data']);
  });

  test('happens once, however often it is asked for at the same time', async (t) => {
    const [bucket, directory] = [await temporaryFolder(t), await temporaryFolder(t)];
    await writeFiles(bucket, under('m', modelFiles()));
    const { store, reads } = counted(damagedStore(bucket));
    const fetching = () => fetchModel('s3://once/m', { directory, store: async () => store });
    const folders = await Promise.all([fetching(), fetching(), fetching()]);
    assert.equal(new Set([...folders, await fetching()]).size, 1);
    assert.equal(reads.length, 3);
  });

  test('finds what another process brought to the same folder, before or meanwhile', async (t) => {
    const [bucket, directory] = [await temporaryFolder(t), await temporaryFolder(t)];
    await writeFiles(bucket, under('m', modelFiles()));
    const { store, reads } = counted(damagedStore(bucket));
    // another spelling of the folder is another process, as far as the memory of this one goes
    const fetching = (spelling: string) =>
      fetchModel('s3://race/m', { directory: directory + spelling, store: async () => store });
    const [one, other] = await Promise.all([fetching(''), fetching('/')]);
    assert.equal(one, other);
    const before = reads.length;
    assert.equal(await fetching('/.'), one);
    assert.equal(reads.length, before);
    assert.equal((await readdir(directory)).length, 1);
  });

  test('puts a changed model into another folder', async (t) => {
    const [bucket, directory] = [await temporaryFolder(t), await temporaryFolder(t)];
    const fetching = (spelling: string) =>
      fetchModel('s3://changed/m', {
        directory: directory + spelling,
        store: async () => damagedStore(bucket),
      });
    await writeFiles(bucket, under('m', modelFiles()));
    const before = await fetching('');
    await writeFiles(bucket, under('m', modelFiles({ 'config.json': { id2label: {} } })));
    assert.notEqual(await fetching('/'), before);
  });

  test('leaves nothing behind that looks whole when it fails, and tries again', async (t) => {
    const [bucket, directory] = [await temporaryFolder(t), await temporaryFolder(t)];
    await writeFiles(bucket, under('m', modelFiles()));
    const damaged = new Set(['m/model.onnx']);
    const fetching = () =>
      fetchModel('s3://again/m', { directory, store: async () => damagedStore(bucket, damaged) });
    await assert.rejects(
      fetching(),
      (error: unknown) => error instanceof ModelLoadError && /m\/model\.onnx: .*sha256/.test(error.message),
    );
    assert.deepEqual(await readdir(directory), []);
    damaged.clear();
    await rm(directory, { recursive: true });
    assert.equal(basename(await fetching()), 'm');
  });

  test('says what is missing', async (t) => {
    const [bucket, directory] = [await temporaryFolder(t), await temporaryFolder(t)];
    await writeFiles(bucket, {
      ...under('bare', modelFiles({ 'config.json': undefined })),
      'empty/readme.txt': '',
    });
    const options = { directory, store: async () => damagedStore(bucket) };
    await assert.rejects(
      fetchModel('s3://bucket/bare', options),
      /s3:\/\/bucket\/bare: expected config\.json beside the graph/,
    );
    await assert.rejects(
      fetchModel('s3://bucket/empty', options),
      /graph at one of model\.onnx.*received 1 other file/,
    );
    const failing = { ...damagedStore(bucket), list: () => Promise.reject(new Error('AccessDenied')) };
    await assert.rejects(
      fetchModel('s3://bucket/denied', { directory, store: async () => failing }),
      (error: unknown) =>
        error instanceof ModelLoadError && /s3:\/\/bucket\/denied.*AccessDenied/.test(error.message),
    );
  });
});

suite('a folder in a bucket', () => {
  test('is named by its last part, with or without a slash at the end', () => {
    const expected = { bucket: 'b-1', prefix: 'a/b c/', name: 'b c' };
    assert.deepEqual(parseS3Prefix('s3://b-1/a/b c'), expected);
    assert.deepEqual(parseS3Prefix('s3://b-1/a/b c/'), expected);
    assert.deepEqual(parseS3Prefix('s3://b-1'), { bucket: 'b-1', prefix: '', name: 'b-1' });
  });

  test('is refused where it is none, or would lead out of its folder', () => {
    for (const uri of ['s3://', 's3:///a', 'http://b/a', 's3://b-1/../a', 's3://b-1/a/./b']) {
      assert.throws(() => parseS3Prefix(uri), ModelLoadError);
    }
  });
});
