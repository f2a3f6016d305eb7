import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Answer, FormatOptions } from '../../cli/output/format.ts';
import { paintFor } from '../../cli/output/paint.ts';
import { describeFailure, PAGE_ROWS, tableWriter } from '../../cli/output/table.ts';
import { tagsShape } from '../../cli/output/tags.ts';
import { cutEnd, cutMiddle, widthOf, wrapped } from '../../cli/output/text.ts';
import { thumbnailShape } from '../../cli/thumbnail/run.ts';

const plain = paintFor({ isTTY: false }, {});

const answer = (shown: string, tags: readonly (readonly [string, number])[]): Answer => ({
  picture: { reference: `file:///${shown}`, shown },
  outcome: { results: { tags: tags.map(([name, confidence]) => ({ class: name, confidence })) } },
});

const failure = (shown: string, message: string): Answer => ({
  picture: { reference: `file:///${shown}`, shown },
  outcome: { error: { name: 'ImageFetchError', message } },
});

/** Where one of several functions failed: its error, beside what the others said. */
const partial = (shown: string, message: string): Answer => ({
  picture: { reference: `file:///${shown}`, shown },
  outcome: {
    error: { name: 'ImageFetchError', message },
    results: { labels: { tags: [{ class: 'tench', confidence: 0.5 }] } },
  },
});

const render = (answers: readonly Answer[], options: Partial<FormatOptions> = {}): readonly string[] => {
  const pages: string[] = [];
  const table = tableWriter({
    print: (text) => pages.push(text),
    columns: undefined,
    paint: plain,
    pathEnd: '\n',
    shape: tagsShape('tags', 'model'),
    ...options,
  });
  for (const one of answers) table.write(one);
  table.end();
  return pages;
};

test('tags stand under each other, names and failures beside them', () => {
  const [page] = render([
    answer('a.jpg', [
      ['tench', 0.971],
      ['coho', 0.012],
    ]),
    failure('longer-name.jpg', 'file:///longer-name.jpg: expected more'),
    answer('b.jpg', [
      ['barracouta', 1],
      ['gar', 0],
    ]),
  ]);
  assert.equal(
    page,
    [
      'picture          tags',
      'a.jpg            tench       97.1%   coho   1.2%',
      'longer-name.jpg  ImageFetchError: expected more',
      'b.jpg            barracouta 100.0%   gar    0.0%',
      '',
    ].join('\n'),
  );
});

test('what other functions said of a picture stands before the error of the one that failed', () => {
  const paint = (_: string, text: string) => `<${text}>`;
  const [page] = render([partial('a.jpg', 'thumbs: file:///a.jpg is gone')], { paint });
  assert.match(page ?? '', /^<a\.jpg> +labels: tench {2}50\.0%; <ImageFetchError: thumbs: a\.jpg is gone>$/m);
});

test('no row is wider than the terminal, whatever is in it', () => {
  const text = fc.string({ unit: fc.constantFrom('a', 'é', '-', '/', '.', '\n', '\x1b') });
  const row = fc.oneof(
    fc
      .tuple(text, fc.array(fc.tuple(text, fc.double({ min: 0, max: 1, noNaN: true }))))
      .map(([name, tags]) => answer(name, tags)),
    fc.tuple(text, text).map(([name, message]) => failure(name, message)),
    fc.tuple(text, text).map(([name, message]) => partial(name, message)),
  );
  fc.assert(
    fc.property(fc.array(row, { maxLength: 5 }), fc.integer({ min: 40, max: 120 }), (answers, columns) => {
      for (const line of render(answers, { columns }).join('').split('\n')) {
        assert.ok(widthOf(line) <= columns, `${JSON.stringify(line)} fits ${columns}`);
      }
    }),
  );
});

test('where there is no room for all tags, fewer are shown rather than unreadable ones', () => {
  const tags = ['American Staffordshire terrier', 'bull terrier', 'boxer'].map(
    (name) => [name, 0.3] as const,
  );
  const [page] = render([answer('a.jpg', tags)], { columns: 60 });
  assert.match(page ?? '', /^a\.jpg +American Staffor… +30\.0% {3}bull terrier +30\.0%$/m);
  assert.match(page ?? '', /^picture +tags, the best 2$/m);
});

test('a big batch is one table, page by page, with one heading', () => {
  const answers = Array.from({ length: PAGE_ROWS * 2 + 1 }, (_, index) =>
    answer(`${index}.jpg`, [['cat', 1]]),
  );
  const pages = render(answers);
  assert.equal(pages.length, 3);
  const lines = pages.join('').trimEnd().split('\n');
  assert.equal(lines.length, answers.length + 1);
  assert.equal(lines.filter((line) => line.startsWith('picture')).length, 1);
  assert.equal(new Set(lines.slice(1).map((line) => line.indexOf('cat'))).size, 1);
});

test('cutting never makes a text longer than it may be, and leaves alone what fits', () => {
  const text = fc.string({ unit: 'grapheme-ascii' });
  fc.assert(
    fc.property(text, fc.integer({ min: 1, max: 30 }), (given, width) => {
      for (const cut of [cutMiddle, cutEnd]) {
        const result = cut(given, width);
        if (given.length <= width) assert.equal(result, given);
        else assert.equal([...result].length, width);
      }
    }),
  );
  assert.equal(cutMiddle('abcdefghij', 5), 'ab…ij');
  assert.equal(cutEnd('abcdefghij', 5), 'abcd…');
});

test('a failure is told by the name that was typed; a URL of its own stays as it is, without its secrets', () => {
  const file = { reference: 'file:///home/me/a.jpg', shown: 'a.jpg' };
  const about = (message: string) => ({ name: 'E', message });
  assert.equal(describeFailure(about('file:///home/me/a.jpg: no'), file), 'E: no');
  assert.equal(
    describeFailure(about('Could not read file:///home/me/a.jpg: no'), file),
    'E: Could not read a.jpg: no',
  );
  const url = { reference: 'https://x.org/a?token=1', shown: 'https://x.org/a?token=1' };
  assert.equal(describeFailure(about('404 from https://x.org/a?…'), url), 'E: 404 from https://x.org/a?…');
});

test('colours are for terminals and FORCE_COLOR, and for nobody who set NO_COLOR', () => {
  const red = (isTTY: boolean, env: Record<string, string>) => paintFor({ isTTY }, env)('red', 'x');
  assert.equal(red(true, {}), '\x1b[31mx\x1b[39m');
  assert.equal(red(true, { NO_COLOR: '' }), '\x1b[31mx\x1b[39m');
  assert.equal(red(false, { FORCE_COLOR: '1' }), '\x1b[31mx\x1b[39m');
  for (const [isTTY, env] of [
    [false, {}],
    [false, { FORCE_COLOR: '0' }],
    [true, { NO_COLOR: '1' }],
    [true, { NO_COLOR: '1', FORCE_COLOR: '1' }],
    [true, { TERM: 'dumb' }],
  ] as const) {
    assert.equal(red(isTTY, env), 'x');
  }
});

test('wide characters take two columns, and the next column begins where it should', () => {
  const [page] = render([answer('猫の写真.jpg', [['猫', 0.9]]), answer('plain-name.jpg', [['cat', 0.1]])]);
  assert.equal(
    page,
    ['picture         tags', '猫の写真.jpg    猫   90.0%', 'plain-name.jpg  cat  10.0%', ''].join('\n'),
  );
  const [narrow] = render([answer('猫猫猫猫猫猫猫猫猫猫.jpg', [['cat', 0.1]])], { columns: 40 });
  assert.match(narrow ?? '', /^猫猫猫…猫猫\.jpg {3}cat/m);
});

test('a heading, and facts of thumbnails, fit a narrow terminal on one line', () => {
  const tags = ['American Staffordshire terrier', 'bull terrier'].map((name) => [name, 0.3] as const);
  const [page = ''] = render([answer('some-picture.jpg', tags)], { columns: 30 });
  assert.equal(page.trimEnd().split('\n').length, 2);
  const { column } = thumbnailShape('thumbnails');
  const uri = 'file:///out/lemon-76dca97330b36a14-64x48.jpg';
  const one = { uri, width: 64, height: 48, bytes: 1000 };
  assert.equal(column.format({ thumbnails: [one, one] }, 28), '64×48        1.0 kB  and 1 …');
  assert.match(column.format({ thumbnail: one }, 40), /kB {2}lemon.*…/);
  assert.match(column.format({ thumbnail: one }, undefined), /64x48\.jpg$/);
});

test('lines that are too long go on under what follows their label, and lose nothing', () => {
  assert.equal(
    wrapped('cold        1024.96 s, 110,971 invocations\ncaution: it would run for long', 30),
    'cold        1024.96 s, 110,971\n            invocations\ncaution: it would run for long',
  );
  assert.equal(wrapped('one two three', 7), 'one two\n  three');
  assert.equal(wrapped('/a/path/that/is/long and more', 10), '/a/path/that/is/long\n  and more');
  assert.equal(wrapped('a aa猫aaa', 8), 'a\n  aa猫aaa');
  assert.equal(wrapped('as long as it is', undefined), 'as long as it is');
  fc.assert(
    fc.property(
      fc.array(fc.string({ unit: fc.constantFrom('a', 'b', '猫', '/'), minLength: 1 })),
      fc.integer({ min: 8, max: 60 }),
      (words, columns) => {
        const text = words.join(' ');
        const lines = wrapped(text, columns).split('\n');
        assert.deepEqual(
          lines.flatMap((line) => line.split(' ').filter((word) => word !== '')),
          words,
        );
        for (const line of lines) {
          assert.ok(widthOf(line) <= columns || !line.trim().includes(' '), JSON.stringify(lines));
        }
      },
    ),
  );
});
