import assert from 'node:assert/strict';
import {
  copyFileSync,
  existsSync,
  linkSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { copyFile } from 'node:fs/promises';
import { join } from 'node:path';
import { suite, test } from 'node:test';
import fc from 'fast-check';
import { folderNameOf, putBeside } from '../../cli/classify/filing.ts';
import { droste, makeFolder, SAMPLES } from './support/droste.ts';

const classify = (cwd: string, ...args: readonly string[]) =>
  droste(['classify', '.', '--concurrency', '1', ...args], { cwd });

/** Two yellow pictures, a green one, and one that is none. */
const pictures = (folder: string): void => {
  for (const [from, to] of [
    ['lemon.jpg', 'a.jpg'],
    ['lemon.jpg', 'b.jpg'],
    ['brown-bear.jpg', 'c.jpg'],
  ] as const) {
    copyFileSync(join(SAMPLES, from), join(folder, to));
  }
  writeFileSync(join(folder, 'broken.jpg'), 'none');
};

suite('answers in groups', { concurrency: 2 }, () => {
  test('come by their best tag, the largest group first and failures last', async (t) => {
    const cwd = makeFolder(t);
    pictures(cwd);
    const { code, stdout } = await classify(cwd, '--group-by', 'tag', '--top', '1');
    assert.equal(code, 1);
    assert.match(
      stdout,
      /^white: 2 pictures\npicture +tags.*\na\.jpg .*\nb\.jpg .*\n\n\w+: 1 picture\nc\.jpg .*\n\nfailed: 1 picture\nbroken\.jpg .*\n$/,
    );
    const paths = await classify(cwd, '--group-by', 'tag', '--format', 'paths');
    assert.equal(paths.stdout, 'a.jpg\nb.jpg\nc.jpg\n');
  });

  test('have no place beside a file that is kept in order', async (t) => {
    const cwd = makeFolder(t);
    pictures(cwd);
    const { code, stderr } = await classify(cwd, '--group-by', 'tag', '--resume', 'out.ndjson');
    assert.deepEqual(
      [code, stderr],
      [2, 'error: --group-by: expected no --resume beside it, whose file is in order\n'],
    );
  });
});

suite('pictures by their best tag', { concurrency: 2 }, () => {
  test('are only counted until it is said to be done', async (t) => {
    const cwd = makeFolder(t);
    pictures(cwd);
    const { code, stderr } = await classify(cwd, '--copy-to', 'sorted');
    assert.equal(code, 1);
    assert.match(stderr, /^sorted: 1 picture left where they are: /m);
    assert.match(
      stderr,
      /^sorted: copy 3 pictures into 2 folders \(white 2, \w+ 1\): not done; --yes does it$/m,
    );
    assert.equal(existsSync(join(cwd, 'sorted')), false);
  });

  test('are copied, once, and nothing is written over', async (t) => {
    const cwd = makeFolder(t);
    const photos = join(cwd, 'photos');
    mkdirSync(join(photos, 'sorted', 'white'), { recursive: true });
    pictures(photos);
    writeFileSync(join(cwd, 'a.jpg'), 'mine');
    mkdirSync(join(cwd, 'sorted', 'white'), { recursive: true });
    copyFileSync(join(cwd, 'a.jpg'), join(cwd, 'sorted', 'white', 'a.jpg'));
    const sort = () =>
      droste(['classify', 'photos', '--concurrency', '1', '--copy-to', 'sorted', '--yes'], { cwd });
    const first = await sort();
    assert.match(first.stderr, /^sorted: 3 pictures put there$/m);
    assert.deepEqual(readdirSync(join(cwd, 'sorted', 'white')).sort(), ['a-2.jpg', 'a.jpg', 'b.jpg']);
    assert.equal(readFileSync(join(cwd, 'sorted', 'white', 'a.jpg'), 'utf8'), 'mine');
    assert.deepEqual(
      readFileSync(join(cwd, 'sorted', 'white', 'a-2.jpg')),
      readFileSync(join(photos, 'a.jpg')),
    );
    assert.match((await sort()).stderr, /^sorted: 0 pictures put there, 3 there already$/m);
  });

  test('are moved, and those that a resumed run had already too', async (t) => {
    const cwd = makeFolder(t);
    pictures(cwd);
    const resumed = ['--resume', 'out.ndjson'];
    await classify(cwd, ...resumed);
    const { stderr } = await classify(cwd, ...resumed, '--move-to', 'sorted', '--yes');
    assert.match(stderr, /^sorted: 3 pictures put there$/m);
    assert.deepEqual(
      readdirSync(cwd).filter((name) => name.endsWith('.jpg')),
      ['broken.jpg'],
    );
    assert.deepEqual(readdirSync(join(cwd, 'sorted', 'white')).sort(), ['a.jpg', 'b.jpg']);
  });

  test('that are links are moved as what they lead to, and wait for the end of a run', async (t) => {
    const cwd = makeFolder(t);
    mkdirSync(join(cwd, 'real'));
    copyFileSync(join(SAMPLES, 'lemon.jpg'), join(cwd, 'real', 'x.jpg'));
    mkdirSync(join(cwd, 'in'));
    symlinkSync('../real/x.jpg', join(cwd, 'in', 'a.jpg'));
    const args = ['classify', 'in', '--concurrency', '1', '--move-to', 'deep/sorted', '--yes'];
    assert.equal((await droste(args, { cwd })).code, 0);
    assert.deepEqual(
      readFileSync(join(cwd, 'deep', 'sorted', 'white', 'a.jpg')),
      readFileSync(join(cwd, 'real', 'x.jpg')),
    );
    assert.deepEqual(readdirSync(join(cwd, 'in')), []);
    const watching = await droste([...args, '--watch'], { cwd });
    assert.deepEqual(
      [watching.code, watching.stderr],
      [2, 'error: --watch: expected no --move-to beside it, which waits for the end of a run\n'],
    );
  });

  test('go one way', async () => {
    const both = await droste(['classify', 'lemon.jpg', '--copy-to', 'a', '--move-to', 'b']);
    assert.deepEqual(
      [both.code, both.stderr],
      [2, 'error: --copy-to, --move-to: expected one of them, received both\n'],
    );
  });

  test('of one name are told apart by a number, however many come at once', async (t) => {
    const folder = makeFolder(t);
    const from = Array.from({ length: 8 }, (_, index) => {
      const path = join(folder, String(index), 'same.jpg');
      mkdirSync(join(folder, String(index)));
      writeFileSync(path, `content ${index}`);
      return path;
    });
    const copy = (a: string, b: string) => copyFile(a, b, 1);
    const put = await Promise.all(from.map((path) => putBeside(path, join(folder, 'into'), copy)));
    assert.deepEqual(
      put,
      from.map(() => true),
    );
    const contents = readdirSync(join(folder, 'into')).map((name) =>
      readFileSync(join(folder, 'into', name), 'utf8'),
    );
    assert.equal(new Set(contents).size, 8);
    linkSync(from[0] ?? '', join(folder, '0', 'other.jpg'));
    assert.equal(await putBeside(from[0] ?? '', join(folder, '0'), copy), false);
  });
});

test('a label is the name of one folder, whatever it says', () => {
  assert.deepEqual(
    ['Egyptian cat', '../../etc', 'a/b\\c', '...', '', 'tab\tby', 'dots. . '].map(folderNameOf),
    ['Egyptian cat', '-..-etc', 'a-b-c', 'unnamed', 'unnamed', 'tab\u{FFFD}by', 'dots'],
  );
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (label) => {
      const name = folderNameOf(label);
      assert.ok(name !== '' && name !== '.' && name !== '..' && !/[/\\\0]/.test(name), JSON.stringify(name));
    }),
  );
});
