import assert from 'node:assert/strict';
import { copyFileSync, lstatSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite, test } from 'node:test';
import { replaceFile } from '../../cli/output/replace-file.ts';
import { droste, makeFolder, SAMPLES } from './support/droste.ts';

const classify = (cwd: string, ...args: readonly string[]) =>
  droste(['classify', join(SAMPLES, 'lemon.jpg'), '--concurrency', '1', ...args], { cwd });

suite('what is written over', { concurrency: 2 }, () => {
  test('is the file that a link leads to, and never the link', (t) => {
    const cwd = makeFolder(t);
    writeFileSync(join(cwd, 'real'), 'old');
    symlinkSync('real', join(cwd, 'link'));
    replaceFile(join(cwd, 'link'), 'new');
    assert.equal(readFileSync(join(cwd, 'real'), 'utf8'), 'new');
    assert.ok(lstatSync(join(cwd, 'link')).isSymbolicLink());
  });

  test('is no picture, and nothing twice', async (t) => {
    const cwd = makeFolder(t);
    copyFileSync(join(SAMPLES, 'lemon.jpg'), join(cwd, 'mine.jpg'));
    for (const [args, message] of [
      [
        ['--report', 'mine.jpg'],
        /^error: --report: expected a place for it, received a picture's: mine\.jpg$/m,
      ],
      [['--trace', 'mine.jpg'], /^error: --trace: expected a place for it/m],
      [['--report', 'x', '--trace', 'x'], /^error: --trace: expected another file than that of --report/m],
      [['--resume', 'x', '--report', 'x'], /^error: --resume: expected a file of its own/m],
    ] as const) {
      const { code, stderr } = await classify(cwd, ...args);
      assert.equal(code, 2, stderr);
      assert.match(stderr, message);
    }
    assert.deepEqual(readFileSync(join(cwd, 'mine.jpg')), readFileSync(join(SAMPLES, 'lemon.jpg')));
  });

  test('is no file of something else that is taken for results', async (t) => {
    const cwd = makeFolder(t);
    const diary = 'my diary line 1\nmy diary line 2\nlast line';
    writeFileSync(join(cwd, 'diary.txt'), diary);
    const { code, stderr } = await classify(cwd, '--resume', 'diary.txt');
    assert.equal(code, 2);
    assert.match(
      stderr,
      /^error: --resume: expected a file of results, one JSON object a line, received .*diary\.txt/m,
    );
    assert.equal(readFileSync(join(cwd, 'diary.txt'), 'utf8'), diary);
  });
});

test('results as JSON are one array', async (t) => {
  const { stdout } = await classify(makeFolder(t), '--format', 'json');
  assert.equal(JSON.parse(stdout).length, 1);
});
