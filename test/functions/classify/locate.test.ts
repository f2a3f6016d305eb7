import assert from 'node:assert/strict';
import { basename, join } from 'node:path';
import { suite, test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { isModelName, locateModel, modelNames } from '../../../functions/classify/model/locate.ts';
import { ModelLoadError } from '../../../platform/errors.ts';
import { damagedStore } from './damaged-store.ts';
import { modelFiles, temporaryFolder, writeFiles } from './model-folders.ts';

suite('locating a model', () => {
  test('looks a bare name up in the models folder', async (t) => {
    const modelsDirectory = await temporaryFolder(t);
    await writeFiles(join(modelsDirectory, 'net-1.1'), modelFiles());
    assert.equal(await locateModel('net-1.1', { modelsDirectory }), join(modelsDirectory, 'net-1.1'));
  });

  test('lists the names there are for an unknown one', async (t) => {
    const modelsDirectory = await temporaryFolder(t);
    for (const name of ['b', 'a']) await writeFiles(join(modelsDirectory, name), modelFiles());
    await writeFiles(modelsDirectory, { 'no-model/readme.txt': '', 'file.txt': '' });
    assert.deepEqual(await modelNames(modelsDirectory), ['a', 'b']);
    await assert.rejects(
      locateModel('c', { modelsDirectory }),
      (error: unknown) => error instanceof ModelLoadError && /\(a, b\), received "c"/.test(error.message),
    );
    await assert.rejects(locateModel('c', { modelsDirectory: join(modelsDirectory, 'x') }), /\(none there\)/);
  });

  test('takes folders as they are, and relative ones from a base', async () => {
    const options = { modelsDirectory: '/none', baseDirectory: '/base' };
    assert.equal(await locateModel('/some/folder', options), '/some/folder');
    assert.equal(await locateModel('./folder', options), '/base/folder');
    assert.equal(await locateModel('some/folder', options), '/base/some/folder');
    assert.equal(await locateModel(pathToFileURL('/some folder').href, options), '/some folder');
  });

  test('brings models from S3 where it may', async (t) => {
    const [bucket, directory] = [await temporaryFolder(t), await temporaryFolder(t)];
    await writeFiles(join(bucket, 'm'), modelFiles());
    const remote = { directory, store: async () => damagedStore(bucket) };
    assert.equal(basename(await locateModel('s3://bucket/m', { modelsDirectory: '/none', remote })), 'm');
    await assert.rejects(
      locateModel('s3://bucket/m', { modelsDirectory: '/none' }),
      /a name, a folder, file:\/\/,/,
    );
  });

  test('refuses other schemes, and file URLs of other machines', async () => {
    await assert.rejects(locateModel('https://host/model', { modelsDirectory: '/none' }), ModelLoadError);
    await assert.rejects(locateModel('file://host/model', { modelsDirectory: '/none' }), ModelLoadError);
  });

  test('knows a bare name from what reaches the disk', () => {
    assert.deepEqual(['squeezenet1.1', 'a', 'a_b-c'].map(isModelName), [true, true, true]);
    assert.deepEqual(
      ['', '.', '..', 'a/b', '../a', '/a', 's3://b/a', 'file:///a', '-a', 'a b'].map(isModelName),
      Array(10).fill(false),
    );
  });
});
