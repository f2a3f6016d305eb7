import assert from 'node:assert/strict';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { startHttpApi } from '../../local/index.ts';
import { noBrowser, startBrowser } from './support/browser.ts';
import { startTestHost } from './support/local.ts';

const ATTACK = await readFile(new URL('./support/attack.js', import.meta.url), 'utf8');
const SECRET = 'only-for-the-owner';
const PICTURE = fileURLToPath(new URL('../../examples/pictures/lemon.jpg', import.meta.url));

/** What `droste local` serves, in a folder with a secret, and what an attacker would send to it. */
const startVictim = async (t: TestContext) => {
  const folder = await mkdtemp(join(tmpdir(), 'local-victim-'));
  t.after(() => rm(folder, { recursive: true, force: true }));
  const secret = join(folder, 'secret.txt');
  await writeFile(secret, `${SECRET}\n`);
  const environment = {
    FUNCTION_ALIAS: 'live',
    STORE: pathToFileURL(join(folder, 'store')).href,
    ALLOW_FILE: 'true',
    ALLOW_PRIVATE_ADDRESSES: 'loopback',
    INFERENCE_THREADS: '1',
  };
  const names = ['classify', 'thumbnail'];
  const functions = names.map((name) => ({
    name,
    module: new URL(`../../functions/${name}/handler.ts`, import.meta.url).href,
    environment,
  }));
  const host = await startTestHost(t, functions, 2);
  const routes = names.map((functionName) => ({ method: 'ANY', path: `/${functionName}`, functionName }));
  const api = await startHttpApi({ host, routes });
  t.after(api.close);
  const envelope = {
    items: [pathToFileURL(PICTURE).href],
    options: {},
    depth: 1,
    path: '0.0',
    slots: 1,
    deadline: Date.now() + 60_000,
    identity: {},
    rootRequestId: '../../secret.txt',
    batch: '../../secret.txt',
    attempt: 0,
  };
  const thumbnail = { size: 16, format: 'raw', out: pathToFileURL(join(folder, 'stolen')).href };
  return {
    host,
    api,
    thumbnails: { images: [pathToFileURL(PICTURE).href], options: thumbnail },
    attack: {
      urls: [
        ...names.map((name) => `${host.endpoint}/2015-03-31/functions/${name}/invocations`),
        ...names.map((name) => `${api.endpoint}/${name}`),
        `${host.endpoint}/2015-03-31/functions/classify/configuration`,
      ],
      bodies: [
        JSON.stringify({ $droste: envelope }),
        JSON.stringify({ manifest: pathToFileURL(secret).href, options: { onError: 'collect' } }),
        JSON.stringify({ images: [pathToFileURL(PICTURE).href], options: thumbnail }),
      ],
    },
    untouched: async () => {
      assert.deepEqual(await readdir(folder), ['secret.txt']);
      assert.equal(await readFile(secret, 'utf8'), `${SECRET}\n`);
      const started = host.events.filter(
        ({ kind }) => kind === 'invocation started' || kind === 'environment started',
      );
      assert.deepEqual(started, []);
    },
  };
};

/** A page of this text at this address, whoever is there. */
const openPage = async (t: TestContext, address: string) => {
  const browser = await startBrowser(t);
  const page = await browser.newPage();
  await page.route(address, (route) =>
    route.fulfill({ contentType: 'text/html', body: '<!doctype html><title>a page</title><body>' }),
  );
  await page.goto(address);
  return page;
};

for (const [which, rebound, addressOf] of [
  ['of another site', false, () => 'http://attacker.example/page'],
  ['of a server on this machine', false, () => 'http://127.0.0.1:1/page'],
  [
    'whose name was rebound to the Invoke API',
    true,
    (invoke: URL) => `http://attacker.example:${invoke.port}/page`,
  ],
  [
    'whose name was rebound to the HTTP API',
    true,
    (_invoke: URL, http: URL) => `http://attacker.example:${http.port}/page`,
  ],
] as const) {
  test(`a page ${which} reads nothing, writes nothing and runs nothing`, { skip: noBrowser }, async (t) => {
    const { host, api, attack, untouched } = await startVictim(t);
    const page = await openPage(t, addressOf(new URL(host.endpoint), new URL(api.endpoint)));
    // a name that was rebound is also the host's: to the browser, the page and the host are then one site
    const { hostname } = new URL(page.url());
    const urls = attack.urls.map((url) => Object.assign(new URL(url), { hostname }).href);
    await page.evaluate(ATTACK);
    const sent = JSON.stringify({ urls: rebound ? urls : attack.urls, bodies: attack.bodies });
    assert.deepEqual(await page.evaluate(`attackFromPage(${sent})`), []);
    await untouched();
  });
}

test('a page of the host’s own origin, with its token, does all of that', { skip: noBrowser }, async (t) => {
  const { host, api, thumbnails } = await startVictim(t);
  const page = await openPage(t, `${api.endpoint}/page`);
  const ask = async ({ token, body }: { token: string; body: string }) => {
    const headers = { 'content-type': 'application/json', ...(token !== '' && { 'x-droste-token': token }) };
    const reply = await fetch('/thumbnail', { method: 'POST', headers, body });
    return reply.status;
  };
  const body = JSON.stringify(thumbnails);
  assert.equal(await page.evaluate(ask, { token: '', body }), 401);
  assert.equal(await page.evaluate(ask, { token: host.token, body }), 200);
});
