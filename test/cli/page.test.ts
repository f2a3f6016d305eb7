import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer as createHttpServer } from 'node:http';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { after, before, describe, it } from 'node:test';
import { pathToFileURL } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import { readOptions } from '../../infra/options.ts';
import { bundlePageFunction } from '../../infra/page-bundle.ts';
import { noBrowser, openBrowser } from '../local/support/browser.ts';
import { makeFolder, SAMPLES } from './support/droste.ts';
import { startLocal } from './support/local.ts';

const ATTACK = await readFile(new URL('../local/support/attack.js', import.meta.url), 'utf8');
const CONTRAST = await readFile(new URL('../view/support/contrast.js', import.meta.url), 'utf8');
const HAND_OVER = await readFile(new URL('./support/hand-over.js', import.meta.url), 'utf8');
const hostile = '<img src=x onerror="document.hit=1">.jpg';

describe('the page of the local host', { skip: noBrowser }, () => {
  const undo: (() => unknown)[] = [];
  let browser: Browser;
  let local: Awaited<ReturnType<typeof startLocal>>;
  before(async () => {
    const later = { after: (step: () => unknown) => void undo.push(step) };
    [browser, local] = await Promise.all([
      openBrowser('--use-fake-device-for-media-stream', '--use-fake-ui-for-media-stream'),
      startLocal(later as Parameters<typeof startLocal>[0], {}, 4),
    ]);
  });
  after(async () => {
    await browser.close();
    for (const step of undo) await step();
  });

  /** Opens the page as a person would; what it fails with, or its policy stops, is an error of the test. */
  const open = async (viewport = { width: 1280, height: 900 }): Promise<Page> => {
    const context = await browser.newContext({ viewport, colorScheme: 'dark' });
    await context.grantPermissions(['clipboard-read', 'clipboard-write', 'camera']);
    const page = await context.newPage();
    page.on('pageerror', (error) => {
      throw error;
    });
    page.on('console', (message) => assert.notEqual(message.type(), 'error', message.text()));
    await page.goto(local.page.replace('127.0.0.1', 'localhost'));
    await page.getByRole('heading', { level: 1 }).waitFor();
    return page;
  };
  const label = (page: Page) => page.getByRole('button', { name: /^Label/ }).click();
  const ended = (page: Page) => page.getByText('would cost on AWS').waitFor();
  const cards = (page: Page) => page.locator('.card .name').allInnerTexts();
  const chosen = (page: Page) => page.getByRole('list', { name: 'Chosen pictures' }).getByRole('listitem');

  it('labels the samples, draws their tree and their previews, and says the same as a command', async () => {
    const page = await open();
    await page.getByRole('button', { name: 'Take the 24 samples' }).click();
    await chosen(page).nth(23).locator('img').waitFor();
    await label(page);
    await ended(page);
    assert.match(await page.locator('dl.figures').innerText(), /pictures\s+24\s+failed\s+0/);
    assert.equal((await cards(page)).length, 24);
    assert.equal(await page.locator('.card img').count(), 24);
    await page.getByRole('img', { name: /invocations in \d+ rows/ }).waitFor();
    await page.getByText('The same without this page').click();
    await page.getByRole('button', { name: 'Copy Command' }).click();
    await page.getByText('copied').waitFor();
    const copied = await page.evaluate('navigator.clipboard.readText()');
    assert.match(
      String(copied),
      /^npm start -- \S*pictures\/ --max-work 2 --parallel 3 --slots 4 --concurrency 4$/,
    );
  });

  it('survives what goes wrong on purpose, and shows it', async () => {
    const page = await open();
    await page.getByRole('button', { name: /samples/ }).click();
    for (const fault of ['throttle', 'kill', 'poison', 'straggler'])
      await page.getByLabel(new RegExp(`^${fault}`)).check();
    await label(page);
    await ended(page);
    assert.match(await page.locator('dl.figures').innerText(), /pictures\s+24\s+failed\s+1/);
    assert.equal((await cards(page))[0], 'lighthouse.jpg');
    assert.doesNotMatch(await page.locator('dl.figures').innerText(), /throttled\s+0/);
  });

  it('takes pictures that are chosen, dropped, pasted and photographed, whatever they are called', async () => {
    const page = await open();
    const lemon = await readFile(join(SAMPLES, 'lemon.jpg'));
    await page
      .getByLabel('Pictures from this machine')
      .setInputFiles({ name: hostile, mimeType: 'image/jpeg', buffer: lemon });
    await page.evaluate(HAND_OVER);
    for (const way of ['drop', 'paste']) {
      const given = { name: `${way}.jpg`, base64: lemon.toString('base64') };
      await page.evaluate(`${way}(${JSON.stringify(given)})`);
    }
    await chosen(page).nth(2).locator('img').waitFor();
    await page.getByRole('button', { name: 'Camera…' }).click();
    await page.locator('video').waitFor();
    await page.evaluate('cameraIsOn()');
    await page.getByRole('button', { name: 'Take the picture' }).click();
    await chosen(page).nth(3).locator('img').waitFor();
    await label(page);
    await ended(page);
    assert.deepEqual(await cards(page), [hostile, 'drop.jpg', 'paste.jpg', 'picture-1']);
    assert.equal(await page.locator('.card.bad').count(), 0);
    assert.equal(await page.evaluate("'hit' in document"), false);
  });

  it('stops when it is told to, and labels again after that', async (t) => {
    const silent = createServer(() => {});
    await once(silent.listen(0, '127.0.0.1'), 'listening');
    t.after(() => silent.close());
    const { port } = silent.address() as { port: number };
    const page = await open();
    await page.evaluate(HAND_OVER);
    await page.evaluate(`paste(${JSON.stringify({ text: `https://127.0.0.1:${port}/x.jpg` })})`);
    await label(page);
    await page.getByRole('button', { name: 'Stop' }).click();
    await page.getByRole('alert').filter({ hasText: 'Stopped.' }).waitFor();
    await page.getByRole('button', { name: 'Clear' }).first().click();
    await page.getByRole('button', { name: /samples/ }).click();
    await label(page);
    await ended(page);
  });

  it('says in the host’s words what is wrong with an address', async () => {
    const page = await open();
    await page.evaluate(HAND_OVER);
    const addresses = 'file:///etc/passwd s3://bucket/x.jpg https://127.0.0.1:1/x.jpg';
    await page.evaluate(`paste(${JSON.stringify({ text: addresses })})`);
    assert.equal(await chosen(page).count(), 1);
    await label(page);
    await ended(page);
    assert.match(await page.locator('.card.bad').innerText(), /ImageFetchError/);
  });

  it('is as wide as a telephone where there is no more room, and has the contrast of WCAG AA', async () => {
    const page = await open({ width: 400, height: 800 });
    await page.getByRole('button', { name: /samples/ }).click();
    assert.equal(await page.evaluate('document.documentElement.scrollWidth'), 400);
    await page.evaluate(CONTRAST);
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme });
      assert.deepEqual(await page.evaluate('tooFaint()'), []);
    }
  });

  it('of a deployed stack labels by its API, with the token of whoever opens it, and says so without one', async (t) => {
    const context = { auth: 'jwt', jwtIssuer: 'https://issuer.example', jwtAudience: 'a', page: 'true' };
    const options = readOptions((name) => context[name as keyof typeof context]);
    const { directory, module } = await bundlePageFunction(
      options,
      undefined,
      join(makeFolder(t as Parameters<typeof makeFolder>[0]), 'page'),
    );
    const notices = await readFile(join(directory, 'functions/page/THIRD_PARTY_NOTICES'), 'utf8');
    for (const name of ['preact', 'uplot']) assert.match(notices, new RegExp(`^${name} `, 'm'));
    const { handler } = (await import(pathToFileURL(join(directory, module)).href)) as {
      handler: () => Promise<{ headers: Record<string, string>; body: string }>;
    };
    // what the API and its authorizer do
    const gateway = createHttpServer(async (request, response) => {
      if (request.method === 'GET' && request.url === '/page') {
        const { headers, body } = await handler();
        return response.writeHead(200, headers).end(body);
      }
      const isKnown = request.method === 'POST' && request.url === '/classify';
      if (!isKnown || request.headers.authorization !== 'Bearer good') {
        return response
          .writeHead(isKnown ? 401 : 404, { 'content-type': 'application/json' })
          .end('{"message":"no"}');
      }
      const { status, reply } = await local.post('/classify', JSON.parse(await text(request)));
      return response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(reply));
    });
    await once(gateway.listen(0, '127.0.0.1'), 'listening');
    t.after(() => gateway.close());
    const page = await browser.newPage();
    page.on('pageerror', (error) => {
      throw error;
    });
    await page.goto(`http://127.0.0.1:${(gateway.address() as { port: number }).port}/page`);
    assert.equal(await page.getByRole('button', { name: /samples/ }).count(), 0);
    const names = ['lemon.jpg', 'frog.avif', 'sunset.webp'];
    await page
      .getByLabel('Pictures from this machine')
      .setInputFiles(names.map((name) => join(SAMPLES, name)));
    await page.getByLabel(/^Access token/).fill('bad');
    await label(page);
    await page.getByRole('alert').filter({ hasText: 'The API answered 401: the token is missing' }).waitFor();
    await page.getByLabel(/^Access token/).fill('good');
    await label(page);
    await page.getByText('cost on AWS').waitFor();
    assert.deepEqual(await cards(page), names);
    assert.equal(await page.locator('.card.bad').count(), 0);
    await page.getByRole('img', { name: /[1-9]\d* invocations in \d+ rows/ }).waitFor();
    assert.doesNotMatch(page.url(), /good/);
    assert.equal(await page.evaluate('localStorage.length + sessionStorage.length'), 0);
    await page.close();
  });

  for (const [which, addressOf] of [
    ['of another site', () => 'http://attacker.example/page'],
    ['of a server on this machine', () => 'http://127.0.0.1:1/page'],
    ['whose name was rebound to the host', ({ port }: URL) => `http://attacker.example:${port}/other`],
  ] as const) {
    it(`a page ${which} can neither read nor frame it, nor have it label anything`, async () => {
      const own = new URL(local.page);
      const address = addressOf(own);
      const page = await browser.newPage();
      await page.route(address, (route) =>
        route.fulfill({ contentType: 'text/html', body: '<!doctype html><title>a page</title><body>' }),
      );
      await page.goto(address);
      if (address.includes(own.port)) own.hostname = 'attacker.example';
      const urls = ['/', '/page/samples/lemon.jpg', '/page/pictures', '/page/runs'].map(
        (path) => new URL(path, own).href,
      );
      const request = {
        pictures: [{ kind: 'sample', name: 'lemon.jpg' }],
        ...{ model: 'basic-colours', maxWork: 1, parallel: 1, slots: 1, faults: [] },
      };
      await page.evaluate(ATTACK);
      const sent = JSON.stringify({ urls, bodies: [JSON.stringify(request)] });
      assert.deepEqual(await page.evaluate(`attackFromPage(${sent})`), []);
      const framed = page.frames().slice(1);
      for (const frame of framed) assert.equal(await frame.getByText('Pictures to label').count(), 0);
      await page.close();
    });
  }
});
