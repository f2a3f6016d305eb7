import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { functionNamed, functions } from '../../functions/index.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));

test('every function of the registry has its folder, with a handler in it', () => {
  for (const { name } of functions) {
    assert.match(name, /^[a-z][a-z0-9-]{0,40}$/);
    assert.ok(existsSync(`${root}functions/${name}/handler.ts`), name);
    assert.equal(functionNamed(name)?.name, name);
  }
  assert.equal(new Set(functions.map(({ name }) => name)).size, functions.length);
  assert.equal(functionNamed('nobody'), undefined);
});

test('of packages the registry loads zod alone: no sharp, no ONNX Runtime, no AWS SDK, no CDK', async () => {
  const { metafile } = await build({
    absWorkingDir: root,
    entryPoints: ['functions/index.ts'],
    bundle: true,
    packages: 'external',
    format: 'esm',
    platform: 'node',
    outdir: 'dist',
    write: false,
    metafile: true,
  });
  const external = Object.values(metafile.inputs)
    .flatMap(({ imports }) => imports)
    .filter((one) => one.external)
    .map(({ path }) => path)
    .filter((path) => !path.startsWith('node:'));
  assert.deepEqual([...new Set(external)], ['zod']);
});
