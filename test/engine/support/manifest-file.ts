import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { pathToFileURL } from 'node:url';

/** A folder with a manifest in it, and room for what becomes of it; removed after the test. */
export const manifestFile = async (t: TestContext, text: string, name = 'list.txt') => {
  const folder = await mkdtemp(join(tmpdir(), 'droste-manifest-'));
  t.after(() => rm(folder, { recursive: true, force: true }));
  const path = join(folder, name);
  await writeFile(path, text);
  return {
    path,
    uri: pathToFileURL(path).href,
    /** As `STORE` has it. */
    store: pathToFileURL(join(folder, 'store')).href,
    rewrite: (other: string | Uint8Array) => writeFile(path, other),
    read: (key: string) => readFile(join(folder, 'store', key), 'utf8'),
  };
};
