import assert from 'node:assert/strict';
import { chmodSync, createReadStream, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { PassThrough, Readable } from 'node:stream';
import { type TestContext, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { expandInputs } from '../../cli/inputs/expand.ts';
import { readList } from '../../cli/inputs/list.ts';
import { isPictureName, type Picture } from '../../cli/inputs/picture.ts';
import { makeFolder, SAMPLES } from './support/droste.ts';

const makeTree = (t: TestContext, files: readonly string[]): string => {
  const cwd = makeFolder(t);
  for (const file of files) {
    mkdirSync(join(cwd, file, '..'), { recursive: true });
    writeFileSync(join(cwd, file), '');
  }
  return cwd;
};

const expand = async (
  cwd: string,
  words: readonly string[],
  {
    stdin = '',
    ...options
  }: {
    stdin?: string;
    exclude?: string[];
    follow?: boolean;
    nul?: boolean;
    output?: string;
  } = {},
) => {
  const place = {
    cwd,
    stdin: Readable.from([stdin]),
    exclude: [],
    follow: false,
    nul: false,
    watch: false,
    ...options,
  };
  const { pieces, ...rest } = await expandInputs(words, place);
  const pictures: Picture[] = [];
  for await (const piece of pieces) pictures.push(...piece);
  return { pictures, ...rest };
};

const shown = async (...args: Parameters<typeof expand>): Promise<readonly string[]> =>
  (await expand(...args)).pictures.map((picture) => picture.shown);

test('a folder gives the pictures in it and below, sorted by name, and nothing else', async (t) => {
  const cwd = makeTree(t, [
    ...[
      'photos/b.JPG',
      'photos/a.jpeg',
      'photos/notes.txt',
      'photos/jpg',
      'photos/._a.jpeg',
      'photos/c/z.webp',
    ],
    ...['photos/c/y.tiff', 'photos/c/deep/x.avif', 'photos/.trash/gone.jpg', 'photos/d.gif', 'photos/e.svg'],
  ]);
  symlinkSync(join(cwd, 'photos'), join(cwd, 'photos', 'circle'));
  symlinkSync(join(cwd, 'photos', 'b.JPG'), join(cwd, 'photos', 'link.jpg'));
  assert.deepEqual(await shown(cwd, ['photos/']), [
    ...['photos/a.jpeg', 'photos/b.JPG', 'photos/c/deep/x.avif', 'photos/c/y.tiff', 'photos/c/z.webp'],
    ...['photos/d.gif', 'photos/link.jpg'],
  ]);
});

test('the folder that results go to is passed over, unless it is an input itself', async (t) => {
  const cwd = makeTree(t, ['photos/a.jpg', 'photos/thumbs/a-75.jpg', 'photos/thumbs2/b.jpg']);
  const output = join(cwd, 'photos', 'thumbs');
  const others = ['photos/a.jpg', 'photos/thumbs2/b.jpg'];
  assert.deepEqual(await shown(cwd, ['photos'], { output }), others);
  assert.deepEqual(await shown(cwd, ['photos/**/*.jpg'], { output }), others);
  assert.deepEqual(await shown(cwd, ['photos/thumbs'], { output }), ['photos/thumbs/a-75.jpg']);
});

test('inputs keep the order in which they are given, and may come twice', async (t) => {
  const cwd = makeTree(t, ['b/1.jpg', 'b/2.jpg', 'a.png', 'raw.dat']);
  const words = ['raw.dat', 'https://example.org/x?y=1', 'b', 'a.png', 's3://bucket/a b', 'b/2.jpg'];
  assert.deepEqual(await shown(cwd, words), [
    ...['raw.dat', 'https://example.org/x?y=1', 'b/1.jpg', 'b/2.jpg', 'a.png', 's3://bucket/a b', 'b/2.jpg'],
  ]);
});

test('a pattern gives the pictures it matches, sorted; a name that is there is no pattern', async (t) => {
  const cwd = makeTree(t, ['x/2.png', 'x/1.png', 'x/y/3.png', 'x/readme.md', 'x[1]/4.png', '.cache/5.png']);
  assert.deepEqual(await shown(cwd, ['x/*']), ['x/1.png', 'x/2.png']);
  assert.deepEqual(await shown(cwd, ['x/{2,1}.*']), ['x/1.png', 'x/2.png']);
  assert.deepEqual(await shown(cwd, ['x/**/*.png']), ['x/1.png', 'x/2.png', 'x/y/3.png']);
  assert.deepEqual(await shown(cwd, ['x[1]']), ['x[1]/4.png']);
  assert.ok(!(await shown(cwd, ['**/*.png'])).includes('.cache/5.png'));
});

test('a missing file is an item all the same, what looks like a missing folder is an error', async (t) => {
  const cwd = makeTree(t, ['a.jpg']);
  assert.deepEqual(await shown(cwd, ['a.jpg', 'typo.jpg', 'typo.xyz', 'a.jpg/b.jpg']), [
    ...['a.jpg', 'typo.jpg', 'typo.xyz', 'a.jpg/b.jpg'],
  ]);
  for (const word of ['typo', 'typo.jpg/', 'no/such/place']) {
    await assert.rejects(shown(cwd, ['a.jpg', word]), {
      name: 'InvalidRequestError',
      message: RegExp(`^${word}: `),
    });
  }
});

test('paths become file URLs that lead back to them, whatever characters they have', async (t) => {
  const names = ['a b.jpg', '100%.jpg', 'é#?.jpg', 'ü&+.png'];
  const cwd = makeTree(
    t,
    names.map((name) => `in/${name}`),
  );
  const { pictures } = await expand(cwd, ['in']);
  assert.deepEqual(
    pictures.map(({ reference }) => fileURLToPath(reference)).sort(),
    names.map((name) => join(cwd, 'in', name)).sort(),
  );
});

test('paths in a list are relative to the list, on standard input to the working directory', async (t) => {
  const cwd = makeTree(t, ['lists/one.txt']);
  writeFileSync(join(cwd, 'lists/one.txt'), 'a.jpg\n../b.jpg\n/abs/c.jpg\nhttps://example.org/d.jpg');
  assert.deepEqual(await shown(cwd, ['@lists/one.txt', '-'], { stdin: 'e.jpg\n' }), [
    ...['lists/a.jpg', 'b.jpg', '/abs/c.jpg', 'https://example.org/d.jpg', 'e.jpg'],
  ]);
});

test('a list skips comments, blank lines, a byte order mark and the ends of Windows lines', () => {
  const text = '\u{FEFF}a.jpg\r\n\r\n  # no\r\n  b c.jpg  \ndata:image/png;base64,AA==\n#';
  assert.deepEqual(
    readList(text, { folder: '.', cwd: '/', nul: false }).map((picture) => picture.shown),
    ['a.jpg', 'b c.jpg', 'data:image/png;base64,AA=='],
  );
});

test('a picture is told by its extension, in any case, and is not hidden', () => {
  for (const name of [
    'a.jpg',
    'A.JPEG',
    'a.jfif',
    'a\nb.jpg',
    'a.b.TiF',
    'x.webp',
    'x.avif',
    'x.gif',
    'x.tiff',
  ]) {
    assert.ok(isPictureName(name), name);
  }
  for (const name of ['jpg', '.jpg', '._a.jpg', 'a.jpg.txt', 'a.svg', 'a.heic', 'ajpg']) {
    assert.ok(!isPictureName(name), name);
  }
});

test('a name with a newline is a name like any other, in folders and patterns', async (t) => {
  const cwd = makeTree(t, ['in/two\nlines.jpg', 'in/plain.jpg']);
  assert.deepEqual(await shown(cwd, ['in']), ['in/plain.jpg', 'in/two\nlines.jpg']);
  assert.deepEqual(await shown(cwd, ['in/*.jpg']), ['in/plain.jpg', 'in/two\nlines.jpg']);
});

const asRoot = process.getuid?.() === 0 ? { skip: 'root may read every folder' } : {};

test('a folder below that cannot be read is passed over, noted and counted', asRoot, async (t) => {
  const cwd = makeTree(t, ['in/a.jpg', 'in/locked/b.jpg']);
  chmodSync(join(cwd, 'in/locked'), 0);
  t.after(() => chmodSync(join(cwd, 'in/locked'), 0o700));
  for (const word of ['in', 'in/**/*.jpg']) {
    const { pictures, notes, unreadable } = await expand(cwd, [word]);
    assert.deepEqual(
      pictures.map((picture) => picture.shown),
      ['in/a.jpg'],
    );
    assert.equal(unreadable, 1);
    assert.match(notes.join('\n'), /^in\/locked: passed over, because it cannot be read: EACCES/);
  }
});

test('a folder whose name ends like a picture is a folder, under a pattern too, and so is a link to it', async (t) => {
  const cwd = makeTree(t, ['in/x.jpg/1.png', 'in/2.jpg']);
  symlinkSync(join(cwd, 'in/x.jpg'), join(cwd, 'in/link.jpg'));
  assert.deepEqual(await shown(cwd, ['in/*.jpg']), ['in/2.jpg']);
  assert.deepEqual(await shown(cwd, ['in']), ['in/2.jpg', 'in/x.jpg/1.png']);
});

test('pictures that are not decoded are counted by kind, other files are nobody’s business', async (t) => {
  const cwd = makeTree(t, ['in/a.jpg', 'in/b.HEIC', 'in/c.heic', 'in/d.nef', 'in/notes.txt', 'in/.e.heic']);
  const { pictures, notes } = await expand(cwd, ['in']);
  assert.equal(pictures.length, 1);
  assert.deepEqual(notes, ['passed over, because their formats are not decoded: 2 .heic, 1 .nef']);
  const only = makeTree(t, ['phone/b.heic']);
  await assert.rejects(expand(only, ['phone']), /found none .*not decoded: 1 \.heic/);
});

test('patterns and names may be left out, and links followed, but not in circles', async (t) => {
  const cwd = makeTree(t, ['in/a.jpg', 'in/thumbs/b.jpg', 'in/c/d.png', 'other/e.jpg']);
  assert.deepEqual(await shown(cwd, ['in'], { exclude: ['thumbs'] }), ['in/a.jpg', 'in/c/d.png']);
  assert.deepEqual(
    await shown(cwd, ['in'], { exclude: ['in/c/**', '*.jpg'] }).catch((error) => error.name),
    'InvalidRequestError',
  );
  symlinkSync(join(cwd, 'in'), join(cwd, 'in/c/up'));
  symlinkSync(join(cwd, 'other'), join(cwd, 'in/other'));
  assert.deepEqual(await shown(cwd, ['in'], { follow: true }), [
    ...['in/a.jpg', 'in/c/d.png', 'in/other/e.jpg', 'in/thumbs/b.jpg'],
  ]);
});

test('a pattern enters only folders that can hold what it matches', async (t) => {
  const cwd = makeTree(t, ['a1/x.jpg', 'a1/deep/y.jpg', 'b1/z.jpg', 'a2/x.png']);
  assert.deepEqual(await shown(cwd, ['a*/*.jpg']), ['a1/x.jpg']);
  assert.deepEqual(await shown(cwd, ['{a1,b1}/*.jpg']), ['a1/x.jpg', 'b1/z.jpg']);
  assert.deepEqual(await shown(cwd, ['{a1/deep,b1}/*.jpg']), ['a1/deep/y.jpg', 'b1/z.jpg']);
  assert.deepEqual(await shown(cwd, [join(cwd, '**/y.jpg')]), [join(cwd, 'a1/deep/y.jpg')]);
});

test('names that end with NUL are read with --null only, and said where they are not', async (t) => {
  const cwd = makeTree(t, []);
  const names = 'a.jpg\0 two\nlines.jpg\0# no comment.jpg\0';
  assert.deepEqual(await shown(cwd, ['-'], { stdin: names, nul: true }), [
    'a.jpg',
    ' two\nlines.jpg',
    '# no comment.jpg',
  ]);
  await assert.rejects(
    shown(cwd, ['-'], { stdin: names }),
    /one name a line, received NUL bytes \(-0 or --null/,
  );
  writeFileSync(join(cwd, 'list'), names);
  await assert.rejects(shown(cwd, ['@list']), /^InvalidRequestError: @list: expected a list of pictures/);
});

test('a picture on standard input is said to be one', async (t) => {
  const place = { cwd: makeFolder(t), exclude: [], follow: false, nul: false, watch: false };
  const stdin = createReadStream(join(SAMPLES, 'lemon.jpg'));
  await assert.rejects(
    expandInputs(['-'], { ...place, stdin }),
    /received content of the type image\/jpeg \(save it/,
  );
});

test('a list on standard input is worked on as it comes', async (t) => {
  const stdin = new PassThrough();
  stdin.write('a.jpg\nb.j');
  const { pieces } = await expandInputs(['-', 'z.jpg'], {
    cwd: makeFolder(t),
    stdin,
    exclude: [],
    follow: false,
    nul: false,
    watch: false,
  });
  const iterator = pieces[Symbol.asyncIterator]();
  const next = async () => (await iterator.next()).value?.map((picture: Picture) => picture.shown);
  assert.deepEqual(await next(), ['a.jpg']);
  stdin.end('pg\nc.jpg');
  assert.deepEqual(await next(), ['b.jpg']);
  assert.deepEqual(await next(), ['c.jpg']);
  assert.deepEqual(await next(), ['z.jpg']);
  assert.equal(await next(), undefined);
});
