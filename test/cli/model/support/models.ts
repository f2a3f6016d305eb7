import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { fileURLToPath } from 'node:url';
import type { ServedFile } from './hub-server.ts';

/** The embedded model: real, and small enough to pull often. */
export const embedded = fileURLToPath(new URL('../../../../models/basic-colours/', import.meta.url));

/** A folder for one test. */
export const makeFolder = (t: Pick<TestContext, 'after'>): string => {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'droste-model-')));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
};

/** A folder of models that has the embedded one. */
export const modelsFolder = (t: Pick<TestContext, 'after'>): string => {
  const folder = join(makeFolder(t), 'models');
  mkdirSync(folder);
  cpSync(embedded, join(folder, 'basic-colours'), { recursive: true });
  return folder;
};

/** A model's folder as a repository of the hub, in Hugging Face's layout: its graph in LFS. */
export const repositoryOf = (folder: string, graph = 'model.onnx'): Map<string, ServedFile> =>
  new Map(
    readdirSync(folder).map((file) => [
      file === 'model.onnx' ? graph : file,
      { content: readFileSync(join(folder, file)), lfs: file.endsWith('.onnx') },
    ]),
  );

/** Names of what lies in a folder, hidden things too. */
export const namesIn = (folder: string): readonly string[] => readdirSync(folder).sort();
