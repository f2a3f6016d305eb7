import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import { suite, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import sharp from 'sharp';
import { countStatuses, findBroken } from '../../examples/from-typescript/calls.ts';
import { examples, runExample } from '../../examples/runner/run.ts';
import { startSite } from '../../examples/runner/site.ts';
import { startLocalHost } from '../../local/index.ts';

const folder = new URL('../../examples/', import.meta.url);

/** A function that takes more is not an example of one idea. */
const MAX_LINES = 30;

/** Bits of 64: what one more JPEG compression and another size may change. */
const SAME_PICTURE_BITS = 6;

const read = (path: string): Promise<string> => readFile(new URL(path, folder), 'utf8');

/** A reply without what is another one in every run. */
const ofAnyRun = (reply: unknown): unknown =>
  JSON.parse(JSON.stringify(reply, (key, value) => (key === 'rootRequestId' ? undefined : value)));

const differingBits = (a: string, b: string): number =>
  [...(BigInt(`0x${a}`) ^ BigInt(`0x${b}`)).toString(2)].filter((bit) => bit === '1').length;

suite('the examples', () => {
  test('are all run', async () => {
    const found: string[] = [];
    for (const entry of await readdir(folder, { withFileTypes: true })) {
      const files = entry.isDirectory() ? await readdir(new URL(`${entry.name}/`, folder)) : [];
      if (files.includes('function.ts')) found.push(entry.name);
    }
    assert.deepEqual(found.sort(), [...examples].sort());
  });

  for (const example of examples) {
    test(`${example} answers its request as its folder says, in ${MAX_LINES} lines at most`, async () => {
      assert.deepEqual(ofAnyRun(await runExample(example)), JSON.parse(await read(`${example}/reply.json`)));
      const lines = (await read(`${example}/function.ts`)).trimEnd().split('\n');
      assert.ok(lines.length <= MAX_LINES, `${lines.length} lines`);
      assert.match(await read(`${example}/README.md`), new RegExp(`runner/main\\.ts ${example}\\b`));
    });
  }

  test('url-status asks for 100 URLs, and keeps their order', async () => {
    const statuses = Array.from({ length: 100 }, (_, n) => 200 + n);
    const urls = statuses.map((status) => `{site}/status/${status}`);
    const reply = await runExample('url-status', JSON.stringify(urls));
    assert.deepEqual(
      reply,
      urls.map((url, n) => ({ url, results: statuses[n] })),
    );
  });

  test('image-hash says the same of a picture in another size and format, and else of another one', async () => {
    const [lighthouse = '', sunset = ''] = ['lighthouse.jpg', 'sunset.webp'];
    const bytes = await readFile(new URL(`pictures/${lighthouse}`, folder));
    const smaller = await sharp(bytes).autoOrient().resize(150).toColourspace('srgb').jpeg().toBuffer();
    const images = [
      `{site}/pictures/${lighthouse}`,
      `data:image/jpeg;base64,${smaller.toString('base64')}`,
      `{site}/pictures/${sunset}`,
    ];
    const reply = await runExample('image-hash', JSON.stringify(images));
    const [a = '', b = '', c = ''] = (reply as { results: string }[]).map(({ results }) => results);
    assert.ok(differingBits(a, b) <= SAME_PICTURE_BITS, `${a} ${b}`);
    assert.ok(differingBits(a, c) > 2 * SAME_PICTURE_BITS, `${a} ${c}`);
  });

  test('from-typescript calls url-status both ways', async (t) => {
    const site = await startSite();
    t.after(site.close);
    const urlStatus = { name: 'url-status', module: new URL('url-status/function.ts', folder).href };
    const host = await startLocalHost({ functions: [urlStatus], concurrency: 2 });
    t.after(host.close);
    const target = {
      functionName: 'url-status',
      shape: { slots: 2 },
      connection: host.connection,
    };
    const urls = [200, 404, 200, 503, 200].map((status) => `${site.origin}/status/${status}`);
    assert.deepEqual(await countStatuses(urls, target), { 200: 3, 404: 1, 503: 1 });
    assert.deepEqual(await findBroken(urls, target), [urls[1], urls[3]]);
  });

  test('an example that is not there is an error that names those that are', async () => {
    const main = fileURLToPath(new URL('runner/main.ts', folder));
    await assert.rejects(promisify(execFile)(process.execPath, [main, 'nothing']), {
      code: 2,
      stderr: /^Expected one of url-status, thumbnails, word-count, image-hash, received "nothing"/,
    });
  });
});
