import assert from 'node:assert/strict';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { build } from 'esbuild';
import { bundledNames, bundleFunction, projectRoot } from '../../infra/bundle/bundle.ts';
import { esbuildOptions } from '../../infra/bundle/esbuild-options.ts';
import { packageFolder, packageName } from '../../infra/bundle/folders.ts';
import { thirdPartyNotices } from '../../infra/bundle/notices.ts';
import { ConfigurationError } from '../../platform/index.ts';
import { bundlePage } from '../../view/index.ts';

const host = process.arch === 'arm64' ? 'arm64' : 'x64';

const emptyFolder = async (t: TestContext): Promise<string> => {
  const folder = await mkdtemp(join(tmpdir(), 'droste-notices-'));
  t.after(() => rm(folder, { recursive: true, force: true }));
  return folder;
};

/** A package as npm puts it there. */
const packageIn = async (
  root: string,
  manifest: { readonly name: string } & Readonly<Record<string, unknown>>,
  files: Readonly<Record<string, string>> = {},
): Promise<string> => {
  const folder = join(root, 'node_modules', manifest.name);
  await mkdir(folder, { recursive: true });
  const all = { 'package.json': JSON.stringify({ version: '1.0.0', ...manifest }), ...files };
  for (const [name, text] of Object.entries(all)) await writeFile(join(folder, name), text);
  return folder;
};

/** The packages that a bundle's notices name, as name and version. */
const namedIn = (notices: string): readonly string[] =>
  [...notices.matchAll(/^={80}\n([\s\S]+?)\n-{80}$/gm)].flatMap(([, titles = '']) =>
    titles.split('\n').map((title) => title.split(' ', 1)[0] ?? ''),
  );

for (const name of bundledNames) {
  test(`the notices of ${name} name every package that is in its code, and every one that lies in its bundle`, async (t) => {
    const directory = join(await emptyFolder(t), name);
    const { files } = await bundleFunction(name, { architecture: host, directory });
    const { metafile } = await build(esbuildOptions(projectRoot, `functions/${name}/handler.ts`, host));
    const paths = [...Object.keys(metafile.inputs), ...files.map(({ path }) => path)];
    const packages = paths.flatMap(
      (path) => /.*(?:^|\/)node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(path)?.[1] ?? [],
    );
    // the page's function hands a file out, and reads nothing that is to be checked
    assert.equal(packages.includes('zod'), name !== 'page');
    const notices = await readFile(join(directory, 'THIRD_PARTY_NOTICES'), 'utf8');
    assert.deepEqual(namedIn(notices).toSorted(), [...new Set(packages)].sort());
  });
}

test('the notices of classify have the licences of what decodes and of what infers', async (t) => {
  const directory = await emptyFolder(t);
  await bundleFunction('classify', { architecture: host, directory: join(directory, 'classify') });
  const notices = await readFile(join(directory, 'classify', 'THIRD_PARTY_NOTICES'), 'utf8');
  assert.match(
    notices,
    new RegExp(`^@img/sharp-libvips-linux-${host} [\\d.]+ \\(LGPL-3\\.0-or-later\\)$`, 'm'),
  );
  assert.match(notices, /^\| librsvg +\| LGPLv3 +\|$/m);
  assert.match(notices, /^onnxruntime-node [\d.]+ \(MIT\)$/m);
  assert.ok(!notices.includes(projectRoot));
});

test('the pages are made of preact and uPlot, whose licences are told whole', async () => {
  const { inputs } = await bundlePage('report');
  const folders = inputs.flatMap((input) => packageFolder(input) ?? []);
  assert.deepEqual([...new Set(folders.map(packageName))].sort(), ['preact', 'uplot']);
  const notices = await thirdPartyNotices(folders);
  assert.match(notices, /^preact [\d.]+ \(MIT\)\n-{80}\n[\s\S]*Copyright \(c\) 2015-present Jason Miller/m);
  assert.match(notices, /^uplot [\d.]+ \(MIT\)\n-{80}\n[\s\S]*Copyright \(c\) 2022 Leon Sorokin/m);
});

test('the same packages give the same notices, in whatever order and wherever they are', async (t) => {
  const written = async () => {
    const root = await emptyFolder(t);
    return Promise.all([
      packageIn(root, { name: 'b', license: 'MIT' }, { LICENSE: 'Copyright B\r\nAll.\r\n' }),
      packageIn(root, { name: '@a/c', license: 'ISC' }, { 'license.md': 'Copyright C', NOTICE: 'By D.' }),
      packageIn(root, { name: 'e', license: 'MIT' }, { LICENCE: '  Copyright B  All.' }),
    ]);
  };
  const [here, there] = await Promise.all([written(), written()]);
  const notices = await thirdPartyNotices(here);
  assert.equal(await thirdPartyNotices([...there, ...there].toReversed()), notices);
  const [head, ...sections] = notices.split(`\n\n${'='.repeat(80)}\n`);
  assert.match(head ?? '', /each under the licence that follows its name\.$/);
  const line = '-'.repeat(80);
  assert.deepEqual(sections, [
    `@a/c 1.0.0 (ISC)\n${line}\nBy D.\n\nCopyright C`,
    `b 1.0.0 (MIT)\ne 1.0.0 (MIT)\n${line}\nCopyright B\nAll.\n`,
  ]);
});

test('a package without a text is told with what its package.json and README say', async (t) => {
  const root = await emptyFolder(t);
  const folder = await packageIn(
    root,
    {
      ...{ name: 'a', license: 'MIT', author: { name: 'A. Author' } },
      repository: { type: 'git', url: 'https://example.com/a' },
    },
    { 'README.md': '# a\n\nIt works.\n\n## Licensing\n\nWith parts of B.\n\n## More\n\nNo.\n' },
  );
  assert.match(
    await thirdPartyNotices([folder]),
    /says: MIT, by A\. Author, https:\/\/example\.com\/a\n\nWith parts of B\.\n$/,
  );
});

test('a package that says nothing of its licence is an error that names it', async (t) => {
  const folder = await packageIn(await emptyFolder(t), { name: '@a/secret' });
  await assert.rejects(
    thirdPartyNotices([folder]),
    (error) =>
      error instanceof ConfigurationError && error.message.includes('expected @a/secret@1.0.0 to have'),
  );
});
