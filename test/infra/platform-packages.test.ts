import assert from 'node:assert/strict';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { lockedPackages } from '../../infra/bundle/locked-package.ts';
import { nativeFiles } from '../../infra/bundle/natives.ts';
import { platformPackages } from '../../infra/bundle/platform-packages.ts';
import { ConfigurationError } from '../../platform/errors.ts';

const projectWith = async (t: TestContext, lock: string | undefined): Promise<string> => {
  const root = await mkdtemp(join(tmpdir(), 'droste-lock-'));
  t.after(() => rm(root, { recursive: true, force: true }));
  if (lock !== undefined) await writeFile(join(root, 'package-lock.json'), lock);
  return root;
};

const lockOf = (packages: Readonly<Record<string, object>>): string => JSON.stringify({ packages });

const says = (message: RegExp) => (error: unknown) =>
  error instanceof ConfigurationError && message.test(error.message);

test('a lock file that is missing, one that is malformed and one without the package are told apart', async (t) => {
  const names = ['@img/sharp-linux-arm64'];
  const missing = await projectWith(t, undefined);
  await assert.rejects(lockedPackages(missing, names), says(/expected the lock file, received none/));
  const malformed = await projectWith(t, '{');
  await assert.rejects(lockedPackages(malformed, names), says(/received something else/));
  const without = await projectWith(t, lockOf({}));
  await assert.rejects(lockedPackages(without, names), says(/expected @img\/sharp-linux-arm64 with version/));
});

test('an installed package of the locked version is used as it is', async (t) => {
  const root = await projectWith(
    t,
    lockOf({ 'node_modules/a': { version: '1.2.3', integrity: 'sha512-x' } }),
  );
  await mkdir(join(root, 'node_modules', 'a'), { recursive: true });
  await writeFile(join(root, 'node_modules', 'a', 'package.json'), '{"version": "1.2.3"}');
  const places = await platformPackages(root, ['a'], 'arm64');
  assert.equal(places('a'), join(root, 'node_modules', 'a'));
});

test('a package without the files it should have is an error, not a smaller bundle', async (t) => {
  const name = 'onnxruntime-node';
  const root = await projectWith(
    t,
    lockOf({ [`node_modules/${name}`]: { version: '1.0.0', integrity: 'sha512-x' } }),
  );
  await mkdir(join(root, 'node_modules', name), { recursive: true });
  await writeFile(join(root, 'node_modules', name, 'package.json'), '{"version": "1.0.0"}');
  await assert.rejects(
    nativeFiles(root, new Set([name]), 'arm64'),
    says(/linux\/arm64: expected files like .* of onnxruntime-node, received none/),
  );
});

test('packages that several bundles need at once are fetched once', {
  skip: process.platform === 'win32',
}, async (t) => {
  const root = await projectWith(
    t,
    lockOf({ 'node_modules/a': { version: '1.2.3', integrity: 'sha512-x' } }),
  );
  const calls = join(root, 'calls');
  // in the place of npm: puts the package there, and says that it was called
  const npm = `#!/bin/sh
echo "$1" >> '${calls}'
mkdir -p node_modules/a && echo '{"version": "1.2.3"}' > node_modules/a/package.json
`;
  await writeFile(join(root, 'npm'), npm, { mode: 0o755 });
  const { PATH } = process.env;
  process.env.PATH = `${root}${delimiter}${PATH}`;
  t.after(() => {
    process.env.PATH = PATH;
  });
  const found = await Promise.all([1, 2, 3].map(() => platformPackages(root, ['a'], 'arm64')));
  assert.equal(await readFile(calls, 'utf8'), 'ci\n');
  for (const places of found)
    assert.match(await readFile(join(places('a'), 'package.json'), 'utf8'), /1\.2\.3/);
});
