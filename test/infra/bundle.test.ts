import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join, relative, sep } from 'node:path';
import { after, before, test } from 'node:test';
import { type Bundle, bundleFunction, projectRoot } from '../../infra/bundle/bundle.ts';
import type { FilePurpose } from '../../infra/bundle/manifest.ts';
import { askBundle } from './support/bundle-host.ts';
import { pictures } from './support/pictures.ts';

const host = process.arch === 'arm64' ? 'arm64' : 'x64';

/** AWS Lambda quotas allow 250 MB unzipped; this is what cold starts should have to fetch at most. */
const MAX_ARM64_BYTES = 60 * 2 ** 20;

/** Every file a bundle may have, by its path; nothing else is explained. */
const explanations = (cpu: string): readonly (readonly [FilePurpose, RegExp])[] => [
  ['code', /^functions\/classify\/handler\.mjs$/],
  ['code', /^functions\/classify\/[\w-]+-[A-Z0-9]{8}\.mjs$/],
  ['source map', /^functions\/classify\/[\w-]+\.mjs\.map$/],
  [
    'native',
    new RegExp(`^node_modules/onnxruntime-node/bin/napi-v6/linux/${cpu}/onnxruntime_binding\\.node$`),
  ],
  ['native', new RegExp(`^node_modules/onnxruntime-node/bin/napi-v6/linux/${cpu}/libonnxruntime\\.so\\.1$`)],
  ['native', new RegExp(`^node_modules/@img/sharp-linux-${cpu}/lib/sharp-linux-${cpu}-[\\d.]+\\.node$`)],
  ['native', new RegExp(`^node_modules/@img/sharp-libvips-linux-${cpu}/lib/libvips-cpp\\.so\\.[\\d.]+$`)],
  ['code', new RegExp(`^node_modules/@img/sharp-linux-${cpu}/(package\\.json|index\\.cjs)$`)],
  ['code', new RegExp(`^node_modules/@img/sharp-libvips-linux-${cpu}/(package|versions)\\.json$`)],
  ['licence', /^THIRD_PARTY_NOTICES$/],
  ['model', /^models\/basic-colours\/(model\.onnx|config\.json|preprocessor_config\.json)$/],
];

const assertExplained = async (bundle: Bundle, cpu: string): Promise<void> => {
  const entries = await readdir(bundle.directory, { recursive: true, withFileTypes: true });
  const onDisk = entries
    .filter((entry) => !entry.isDirectory())
    .map((entry) => relative(bundle.directory, join(entry.parentPath, entry.name)).split(sep).join('/'));
  assert.deepEqual(onDisk.sort(), bundle.files.map(({ path }) => path).sort());
  for (const { path, purpose } of bundle.files) {
    assert.ok(
      explanations(cpu).some(([expected, pattern]) => expected === purpose && pattern.test(path)),
      `${path} (${purpose}) is not explained`,
    );
  }
  assert.equal(bundle.files.filter(({ purpose }) => purpose === 'native').length, 4);
  assert.equal(bundle.files.filter(({ purpose }) => purpose === 'model').length, 3);
};

let folder: string;
let bundle: Bundle;

before(async () => {
  // far from the project, so that nothing can be found there by accident
  folder = await mkdtemp(join(tmpdir(), 'droste-bundle-'));
  bundle = await bundleFunction('classify', { architecture: host, directory: join(folder, 'first') });
});
after(() => rm(folder, { recursive: true, force: true }));

test('a bundle has the code, one platform’s natives, the embedded model and nothing else', () =>
  assertExplained(bundle, host));

test('the bundle for arm64 has that platform’s natives and at most 60 MB', async (t) => {
  let arm64: Bundle;
  try {
    arm64 = await bundleFunction('classify', { architecture: 'arm64', directory: join(folder, 'arm64') });
  } catch (error) {
    t.skip(`the packages for arm64 cannot be had here: ${error}`);
    return;
  }
  await assertExplained(arm64, 'arm64');
  assert.ok(arm64.bytes <= MAX_ARM64_BYTES, `${arm64.bytes} bytes`);
  const EM_AARCH64 = 183;
  for (const { path, purpose } of arm64.files) {
    if (purpose !== 'native') continue;
    const elf = await readFile(join(arm64.directory, path));
    assert.equal(elf.readUInt16LE(18), EM_AARCH64, path);
  }
});

test('the same sources make the same bytes, wherever they are put', async () => {
  const again = await bundleFunction('classify', {
    architecture: host,
    directory: join(folder, 'deeper', 'second'),
  });
  assert.equal(again.sha256, bundle.sha256);
  assert.deepEqual(again.files, bundle.files);
});

test('nothing in a bundle names the machine it was made on', async () => {
  const text = bundle.files.filter(({ path }) => /\.(mjs|map|json|cjs)$/.test(path));
  for (const { path } of text) {
    const content = await readFile(join(bundle.directory, path), 'utf8');
    assert.ok(!content.includes(projectRoot), `${path} has ${projectRoot}`);
  }
});

test('source maps lead to the repository’s files', async () => {
  const map = JSON.parse(await readFile(join(bundle.directory, `${bundle.module}.map`), 'utf8'));
  assert.ok(map.sources.some((source: string) => source.endsWith('functions/classify/handler.ts')));
  assert.equal(map.sourcesContent, undefined);
});

test('a bundle classifies under the local host, through children of its own', async () => {
  const request = {
    images: pictures,
    options: { maxWorkPerRequest: 1, slots: 3, numParallelRequests: 2, topK: 2 },
  };
  const body = await askBundle(bundle, request);
  assert.equal(body.summary?.succeeded, 4, JSON.stringify(body));
  assert.ok(body.summary.invocations > 1);
  assert.equal(body.results[0].results.tags.length, 2);
});

test('errors keep their names though the code is minified', async () => {
  const body = await askBundle(bundle, 'data:image/png;base64,AAAA');
  assert.equal(body.errorType, 'UnsupportedImageError');
});

test('the bundled AWS SDK passes on the header by which AWS counts recursion', async () => {
  const traceIds: (string | undefined)[] = [];
  const lambda = createServer((request, response) => {
    traceIds.push(request.headers['x-amzn-trace-id']?.toString());
    request.resume();
    // a throttle, on which the root does everything itself
    response.writeHead(429, { 'x-amzn-errortype': 'TooManyRequestsException' }).end('{}');
  });
  await once(lambda.listen(0, '127.0.0.1'), 'listening');
  const { port } = lambda.address() as AddressInfo;
  try {
    const request = { images: pictures, options: { maxWorkPerRequest: 1 } };
    const body = await askBundle(bundle, request, { AWS_ENDPOINT_URL_LAMBDA: `http://127.0.0.1:${port}` });
    assert.equal(body.summary?.succeeded, 4, JSON.stringify(body));
    assert.ok(traceIds.length > 0);
    for (const id of traceIds) assert.match(id ?? 'none', /Lineage=/);
  } finally {
    lambda.close();
    lambda.closeAllConnections();
  }
});

test('the bundle of orchestrate carries no store and no log, which it never opens', async () => {
  const { files } = await bundleFunction('orchestrate', { directory: join(folder, 'orchestrate') });
  const names = files.map(({ path }) => path);
  assert.ok(names.some((name) => name.endsWith('orchestrate/handler.mjs')));
  assert.deepEqual(
    names.filter((name) => /(s3-store|directory-store|powertools)[^/]*\.mjs$/.test(name)),
    [],
  );
});
