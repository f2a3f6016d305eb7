import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { pathToFileURL } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import { bundlePage, type PageBundle } from '../../view/bundle.ts';
import { reportHtml } from '../../view/report-html.ts';
import type { Run } from '../../view/run.ts';
import { noBrowser, openBrowser } from '../local/support/browser.ts';
import { invocation, item, run } from './support/runs.ts';

const CONTRAST = await readFile(new URL('./support/contrast.js', import.meta.url), 'utf8');
const hostile = '</script><img src=x onerror="document.hit=1"><svg onload="document.hit=2">';

/** What a card is called by: what comes after the last slash. */
const cutName = `${hostile}.jpg`.split('/').at(-1) ?? '';

const small = run(
  [
    invocation('0', { environment: 'caller', span: [0, 1000] }),
    invocation('0.0', { environment: 'env-1', cold: true, span: [10, 400], ownWork: [[40, 300]] }),
    invocation('0.1', { environment: 'env-2', span: [10, 700], outcome: 'crashed', message: hostile }),
  ],
  [
    item('a/one.jpg', 'tench', 0.97, { paths: ['0.0'], truth: 'tench' }),
    item('a/two.jpg', 'lemon', 0.55, { paths: ['0.1'], truth: 'tench', measures: { decodeMs: 9 } }),
    item(`a/${hostile}.jpg`, hostile, 0.4, { paths: ['0.1'] }),
    { name: 'a/bad.jpg', answers: [], error: { name: 'ImageDecodeError', message: hostile } },
  ],
);

describe('the report in a browser', { skip: noBrowser }, () => {
  let browser: Browser;
  let folder: string;
  let bundle: PageBundle;
  before(async () => {
    [browser, bundle] = await Promise.all([openBrowser(), bundlePage('report')]);
    folder = await mkdtemp(join(tmpdir(), 'droste-report-'));
  });
  after(async () => {
    await browser.close();
    await rm(folder, { recursive: true });
  });

  /** Opens a run's report from disk; whatever it asks of the network, or fails with, is an error of the test. */
  const show = async (shown: Run, viewport = { width: 1280, height: 900 }): Promise<Page> => {
    const file = join(folder, `${crypto.randomUUID()}.html`);
    await writeFile(file, reportHtml({ ...shown, title: `${shown.title} ${hostile}` }, bundle));
    const page = await browser.newPage({ viewport, colorScheme: 'dark' });
    const url = pathToFileURL(file).href;
    page.on('request', (request) => {
      if (request.url() !== url && !request.url().startsWith('data:'))
        throw new Error(`asked for ${request.url()}`);
    });
    page.on('pageerror', (error) => {
      throw error;
    });
    await page.goto(url);
    await page.getByRole('heading', { level: 1 }).waitFor();
    return page;
  };

  const cards = (page: Page) => page.locator('.card .name').allInnerTexts();

  it('shows figures, tree, truth and pictures, failures first', async () => {
    const page = await show(small);
    assert.match(await page.locator('dl.figures').innerText(), /pictures\s+4\s+failed\s+1/);
    assert.match(await page.getByRole('region', { name: 'Against the truth' }).innerText(), /50\.0%\s+of 2/);
    assert.equal((await cards(page))[0], 'bad.jpg');
    assert.equal((await cards(page)).length, 4);
  });

  it('takes no name, label or message of a stranger for markup', async () => {
    const page = await show(small);
    await page.locator('.card button').first().click();
    assert.match(await page.getByRole('dialog').innerText(), /<svg onload=/);
    assert.equal(await page.evaluate(`'hit' in document`), false);
    assert.equal(await page.locator('img[src="x"], svg[onload]').count(), 0);
  });

  it('filters by text, tag and error', async () => {
    const page = await show(small);
    await page.getByLabel('Search').fill('two');
    assert.deepEqual(await cards(page), ['two.jpg']);
    await page.getByRole('button', { name: 'Clear' }).click();
    await page.getByRole('combobox', { name: /^Tag/ }).selectOption('tench');
    assert.deepEqual(await cards(page), ['one.jpg']);
    await page.getByRole('button', { name: 'Clear' }).click();
    await page.getByRole('combobox', { name: /^Error/ }).selectOption('ImageDecodeError');
    assert.deepEqual(await cards(page), ['bad.jpg']);
  });

  it('filters by confidence and by invocation, and sorts', async () => {
    const page = await show(small);
    const confidence = page.getByRole('slider', { name: /^Confidence/ });
    await confidence.fill('0.5');
    assert.deepEqual(await cards(page), ['one.jpg', 'two.jpg']);
    assert.match(await page.locator('.filters').innerText(), /Confidence from 50\.0%/);
    await confidence.fill('0.6');
    assert.deepEqual(await cards(page), ['one.jpg']);
    await page.getByRole('button', { name: 'Clear' }).click();
    await page.getByRole('textbox', { name: 'Invocation' }).fill('0.1');
    assert.deepEqual(await cards(page), ['two.jpg', cutName]);
    assert.match(await page.locator('[aria-live]', { hasText: '2 of 4' }).innerText(), /answered by 0\.1/);
    await page.getByRole('button', { name: 'Clear' }).click();
    const sort = page.getByRole('combobox', { name: 'Sort' });
    for (const [by, first, last] of [
      ['failures', 'bad.jpg', cutName],
      ['batch', 'one.jpg', 'bad.jpg'],
      ['confident', 'one.jpg', 'bad.jpg'],
      ['doubtful', cutName, 'bad.jpg'],
      ['name', cutName, 'two.jpg'],
      ['slow', 'two.jpg', 'bad.jpg'],
    ] as const) {
      await sort.selectOption(by);
      const shown = await cards(page);
      assert.deepEqual([shown[0], shown.at(-1)], [first, last], by);
    }
    await page.getByRole('button', { name: 'Clear' }).click();
    assert.equal(await sort.inputValue(), 'slow', 'clearing the filters leaves the order');
  });

  it('is worked by the keyboard alone: tree, filters, order, pictures', async () => {
    const page = await show(small);
    const focused = () =>
      page.evaluate(`(() => {
        const { activeElement: at } = document;
        return at.getAttribute('aria-label') ?? at.closest('label')?.innerText.trim() ?? at.innerText;
      })()`) as Promise<string>;
    const seen: string[] = [];
    const to = async (name: RegExp): Promise<void> => {
      for (let presses = 0; presses < 20; presses++) {
        await page.keyboard.press('Tab');
        const at = await focused();
        seen.push(at);
        if (name.test(at)) return;
      }
      assert.fail(`${name} was not reached: ${seen.join(' | ')}`);
    };
    await to(/^by environment/);
    await page.keyboard.press('ArrowRight');
    await page.getByRole('img', { name: /3 invocations in 3 rows/ }).waitFor();
    await to(/^3 invocations/);
    await to(/^Search/);
    await page.keyboard.type('o');
    assert.deepEqual(await cards(page), ['one.jpg', 'two.jpg', cutName]);
    await to(/^Tag/);
    await page.keyboard.type('tench');
    assert.deepEqual(await cards(page), ['one.jpg']);
    await to(/^Confidence/);
    await page.keyboard.press('End');
    assert.deepEqual(await cards(page), []);
    await to(/^Invocation/);
    await page.keyboard.type('0.1');
    await to(/^Sort/);
    await page.keyboard.type('name');
    await to(/^Clear/);
    await page.keyboard.press('Enter');
    assert.deepEqual(await cards(page), [cutName, 'bad.jpg', 'one.jpg', 'two.jpg']);
    await to(/bad\.jpg|ImageDecodeError|</);
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('ArrowRight');
    await page.locator('[data-index="2"]:focus').waitFor();
    await page.keyboard.press('Enter');
    const dialog = page.getByRole('dialog');
    assert.match(await dialog.innerText(), /one\.jpg/);
    await page.keyboard.press('Enter');
    await dialog.waitFor({ state: 'detached' });
    assert.deepEqual(
      await cards(page),
      ['one.jpg'],
      'the invocation that answered it is the first to be reached',
    );
  });

  it('goes through the tree by keyboard, and shows the pictures of the invocation under it', async () => {
    const page = await show(small);
    const tree = page.getByRole('img', { name: /3 invocations/ });
    await tree.focus();
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('ArrowRight');
    assert.match(await page.locator('#tree-focus').innerText(), /^0\.0: answered.*cold start/);
    await page.keyboard.press('Enter');
    assert.deepEqual(await cards(page), ['one.jpg']);
    await page.keyboard.press('Enter');
    assert.equal((await cards(page)).length, 4);
  });

  it('shows the pictures of a bar that is clicked', async () => {
    const page = await show(small);
    const tree = page.getByRole('img', { name: /3 invocations/ });
    const box = await tree.boundingBox();
    assert.ok(box);
    // the second row, a quarter of the way: 0.0 is there
    await page.mouse.click(box.x + 88 + (box.width - 88) * 0.2, box.y + 16 + 8);
    assert.deepEqual(await cards(page), ['one.jpg']);
  });

  it('goes through the pictures by arrow keys, opens one with Enter and closes it with Escape', async () => {
    const page = await show(small);
    await page.locator('.card button').first().focus();
    await page.keyboard.press('ArrowRight');
    await page.locator('[data-index="1"]:focus').waitFor();
    await page.keyboard.press('Enter');
    await page.getByRole('dialog').waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
  });

  it('is as wide as a telephone where there is no more room', async () => {
    const page = await show(small, { width: 400, height: 800 });
    assert.equal(await page.evaluate('document.documentElement.scrollWidth'), 400);
  });

  it('keeps figures within their cards, however long they are', async () => {
    for (const width of [320, 400, 1400]) {
      const costly = {
        ...small,
        cost: { usd: 0.000069, about: 'would cost on AWS', withColdStarts: false },
        elapsedMs: 1_234_567,
      };
      const page = await show(costly, { width, height: 800 });
      const spilt =
        '[...document.querySelectorAll(".figure dd")].filter((dd) => dd.scrollWidth > dd.clientWidth)';
      assert.deepEqual(await page.evaluate(`${spilt}.map((dd) => dd.textContent)`), [], `at ${width}`);
    }
  });

  it('uses the room of a wide screen', async () => {
    const many = Array.from({ length: 60 }, (_, at) => item(`p${at}.jpg`, 'x', 0.5));
    const page = await show(run([], many), { width: 2560, height: 1200 });
    assert.equal(await page.evaluate('document.documentElement.scrollWidth'), 2560);
    // the gallery measures its room before it fills it
    await page.waitForFunction(
      '[...document.querySelectorAll(".card")].filter((card, _, [first]) => card.offsetTop === first.offsetTop).length >= 5',
    );
  });

  for (const colorScheme of ['light', 'dark'] as const) {
    it(`has the contrast that WCAG asks for at level AA, where it is ${colorScheme}`, async () => {
      const page = await show(small);
      await page.emulateMedia({ colorScheme });
      await page.evaluate(CONTRAST);
      assert.deepEqual(await page.evaluate('tooFaint()'), []);
      await page.locator('.card button').first().click();
      await page.getByRole('dialog').waitFor();
      assert.deepEqual(await page.evaluate('tooFaint()'), []);
    });
  }

  it('prints every picture', async () => {
    const many = Array.from({ length: 120 }, (_, at) => item(`p${at}.jpg`, 'x', 0.5));
    const page = await show(run([], many));
    assert.ok((await cards(page)).length < 120);
    await page.emulateMedia({ media: 'print' });
    await page.locator('[data-index="119"]').waitFor({ state: 'attached' });
  });

  it('draws ten thousand invocations, and only the pictures that are in view of a hundred thousand', async () => {
    const invocations = Array.from({ length: 10_000 }, (_, at) =>
      invocation(`0.${at}`, { environment: `env-${at % 100}`, span: [at / 10, at / 10 + 8] }),
    );
    const items = Array.from({ length: 100_000 }, (_, at) => item(`p${at}.jpg`, `tag ${at % 50}`, 0.5));
    const page = await show(run(invocations, items));
    assert.ok((await cards(page)).length < 200);
    await page.getByLabel('by path').check();
    const tree = page.getByRole('img', { name: /10000 invocations in 10000 rows/ });
    await tree.focus();
    await page.keyboard.press('End');
    assert.match(await page.locator('#tree-focus').innerText(), /^0\.9999: /);
  });
});
