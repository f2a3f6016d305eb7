import assert from 'node:assert/strict';
import { mkdtemp, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { pathToFileURL } from 'node:url';
import fc from 'fast-check';
import { rangesWhere } from '../../../engine/policy/cover.ts';
import type { ManifestSlices } from '../../../engine/stored-batch/item-source.ts';
import { openManifest } from '../../../engine/stored-batch/manifest.ts';

let folder: string;
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'droste-lines-'));
});
after(() => rm(folder, { recursive: true }));

/** A manifest with this text; what is written later goes to the same place. */
const written = async (text: string, name = 'list.txt') => {
  const path = join(folder, name);
  await writeFile(path, text);
  return { path, uri: pathToFileURL(path).href };
};

const slicesOf = (given: unknown): ManifestSlices => (given as { manifest: ManifestSlices }).manifest;

const itemsOf = async (text: string): Promise<readonly unknown[]> => {
  const items = await openManifest(await written(text), true);
  const taken = await items.take({ start: 0, end: items.length });
  assert.equal(taken.length, items.length, 'as many items as lines');
  return taken;
};

test('a line is a plain reference, or the JSON that it looks like', async () => {
  const lines = ['https://a/b.jpg', '"quoted"', '{"image":"c.jpg"}', '["d"]', '5', 'null'];
  assert.deepEqual(await itemsOf(lines.join('\n')), [
    'https://a/b.jpg',
    'quoted',
    { image: 'c.jpg' },
    ['d'],
    '5',
    'null',
  ]);
});

test('a line that looks like JSON and is none is left as it stands, for its own item to fail', async () => {
  assert.deepEqual(await itemsOf('{"image": \na.jpg'), ['{"image":', 'a.jpg']);
});

test('blank lines, line ends of two characters, spaces around a line and a byte order mark are no items', async () => {
  assert.deepEqual(await itemsOf('\ufeffa.jpg\r\n\r\n  b.jpg \t\n\n \nc.jpg'), ['a.jpg', 'b.jpg', 'c.jpg']);
  assert.deepEqual(await itemsOf(''), []);
  assert.deepEqual(await itemsOf('\n\r\n\n'), []);
});

test('a line has one item, whatever stands in it: a space without a break, or a byte nobody can see', async () => {
  for (const odd of ['\u00a0', '\u3000', '\ufeff', '\u2028', '\u0085']) {
    const items = await itemsOf(`a\n${odd}\nb\n`);
    assert.deepEqual([items[0], items.length, items[2]], ['a', 3, 'b'], JSON.stringify(odd));
  }
  // what has no byte above a space is blank, to whoever counts lines and to whoever reads them
  assert.deepEqual(await itemsOf('a\n\u0001\n\0\nb\n'), ['a', 'b']);
});

test('any range taken is that part of the whole, by the root and by whoever is given it', async () => {
  const parts = fc.constantFrom('a', 'é日🖼', ' ', '\n', '\r\n', '\n\n', '\u00a0', '{"k":1}');
  const texts = fc.array(parts, { maxLength: 40 }).map((drawn) => drawn.join(''));
  await fc.assert(
    fc.asyncProperty(texts, fc.nat(), fc.nat(), fc.nat(), async (text, ...choices) => {
      const [a = 0, b = 0, c = 0] = choices;
      const root = await openManifest(await written(text, 'any.txt'), true);
      const all = await root.take({ start: 0, end: root.length });
      assert.equal(all.length, root.length);
      const [start = 0, end = 0] = [a, b].map((n) => n % (root.length + 1)).sort((x, y) => x - y);
      assert.deepEqual(await root.take({ start, end }), all.slice(start, end));

      const child = await openManifest(slicesOf(root.give({ start, end })), true);
      assert.equal(child.length, end - start);
      if (start < end) assert.deepEqual(child.origins({ start: 0, end: end - start }), [{ start, end }]);
      assert.deepEqual(await child.take({ start: 0, end: child.length }), all.slice(start, end));
      // and its own child: indexes and bytes are still those of the whole
      const from = c % (child.length + 1);
      const items = await openManifest(slicesOf(child.give({ start: from, end: child.length })), true);
      assert.deepEqual(await items.take({ start: 0, end: items.length }), all.slice(start + from, end));
    }),
    { numRuns: 60 },
  );
});

test('a manifest that changed under a child is told as such, naming it', async () => {
  const { uri } = await written('a\nb\nc\nd\n', 'changed.txt');
  const root = await openManifest({ uri }, true);
  const slices = slicesOf(root.give({ start: 1, end: 3 }));
  await written('a\nb c\nd\n', 'changed.txt');
  await assert.rejects(openManifest(slices, true), {
    name: 'ImageFetchError',
    message: /changed\.txt: .*expected the version .*, found another: it has changed$/,
  });
});

test('a manifest that was cut since it was opened is told as such, and no item is made up', async () => {
  const { uri, path } = await written('aaaa\nbbbb\n', 'cut.txt');
  const items = await openManifest({ uri }, true);
  await truncate(path, 7);
  await assert.rejects(items.take({ start: 0, end: 2 }), {
    name: 'ImageFetchError',
    message: /cut\.txt: .*it has changed$/,
  });
});

test('a manifest that is not there, may not be read, or is no address is three different errors', async () => {
  const missing = pathToFileURL(join(folder, 'none.txt')).href;
  await assert.rejects(openManifest({ uri: missing }, true), {
    name: 'ImageFetchError',
    message: /none\.txt: expected a manifest that can be read, received: Error: there is none/,
  });
  const { uri } = await written('a');
  await assert.rejects(openManifest({ uri }, false), {
    name: 'ForbiddenReferenceError',
    message: /files are read under the local host only$/,
  });
  for (const wrong of ['https://example.com/list', 's3://bucket', 'list.txt', '']) {
    await assert.rejects(openManifest({ uri: wrong }, true), {
      name: 'InvalidRequestError',
      message: `manifest: expected s3://bucket/key, received ${JSON.stringify(wrong)}`,
    });
  }
});

test('a selection is numbered without holes, and knows where its items are in the whole, as do those it is given to', async () => {
  const letters = [...'abcdefghijklmnopqrstuvwxyz'];
  const { uri } = await written(letters.join('\n'), 'select.txt');
  const root = await openManifest({ uri }, true);
  const holes = fc.array(fc.boolean(), { minLength: 26, maxLength: 26 });
  await fc.assert(
    fc.asyncProperty(holes, fc.nat(), fc.nat(), async (wanted, a, b) => {
      const indexes = letters.flatMap((_, index) => (wanted[index] ? [index] : []));
      const selected = root.select(rangesWhere(26, (index) => wanted[index] === true));
      assert.equal(selected.length, indexes.length);
      const [start = 0, end = 0] = [a, b].map((n) => n % (indexes.length + 1)).sort((x, y) => x - y);
      const child = await openManifest(slicesOf(selected.give({ start, end })), true);
      for (const items of [selected.select([{ start, end }]), child]) {
        const whole = { start: 0, end: items.length };
        const ours = indexes.slice(start, end);
        assert.deepEqual(
          await items.take(whole),
          ours.map((index) => letters[index]),
        );
        const origins = items.origins(whole);
        assert.deepEqual(
          origins.flatMap((range) =>
            Array.from({ length: range.end - range.start }, (_, at) => range.start + at),
          ),
          ours,
        );
      }
    }),
    { numRuns: 60 },
  );
});
