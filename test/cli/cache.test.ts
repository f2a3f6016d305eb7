import assert from 'node:assert/strict';
import { copyFileSync, cpSync, readdirSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite, test } from 'node:test';
import { droste, MODELS, makeFolder, SAMPLES } from './support/droste.ts';

const withPictures = (folder: string): void => {
  copyFileSync(join(SAMPLES, 'lemon.jpg'), join(folder, 'a.jpg'));
  copyFileSync(join(SAMPLES, 'brown-bear.jpg'), join(folder, 'b.jpg'));
};

suite('results that are kept by content', { concurrency: 2 }, () => {
  test('are taken by a later run, whatever the file is called and whenever it was written', async (t) => {
    const cwd = makeFolder(t);
    withPictures(cwd);
    const run = (...more: readonly string[]) =>
      droste(['classify', ...more, '--json', '--concurrency', '1', '--cache', 'kept'], { cwd });
    const first = await run('a.jpg', 'b.jpg');
    assert.match(first.stderr, /^2 pictures, 0 failures, 1 invocation, /m);
    copyFileSync(join(cwd, 'a.jpg'), join(cwd, 'c.jpg'));
    utimesSync(join(cwd, 'b.jpg'), 1, 1);
    const second = await run('c.jpg', 'b.jpg');
    assert.match(second.stderr, /^2 pictures, 0 failures, 0 invocations, /m);
    assert.equal(second.stdout, first.stdout.replaceAll('a.jpg', 'c.jpg'));

    writeFileSync(join(cwd, 'bad.jpg'), 'none');
    const mixed = await run('bad.jpg', 'a.jpg', 'bad.jpg');
    assert.equal(mixed.code, 1);
    assert.deepEqual(
      mixed.stdout.split('\n').map((line) => /"(results|error)"/.exec(line)?.[1]),
      ['error', 'results', 'error', undefined],
    );
    assert.match((await run('a.jpg', '--top', '2')).stderr, /^1 picture, 0 failures, 1 invocation, /m);
    assert.match((await run('a.jpg', '--top', '2')).stderr, /^1 picture, 0 failures, 0 invocations, /m);
  });

  test('are of one model, whose labels count as much as its graph', async (t) => {
    const cwd = makeFolder(t);
    withPictures(cwd);
    cpSync(join(MODELS, 'basic-colours'), join(cwd, 'mine'), { recursive: true });
    const run = () =>
      droste(['classify', 'a.jpg', '-m', 'mine', '--concurrency', '1', '--cache', 'kept'], { cwd });
    await run();
    assert.match((await run()).stderr, /, 0 invocations, /);
    writeFileSync(join(cwd, 'mine', 'NOTES'), 'another');
    assert.match((await run()).stderr, /, 1 invocation, /);
  });

  test('cost nothing where the folder takes none: that is said, and every picture is answered', async (t) => {
    const cwd = makeFolder(t);
    withPictures(cwd);
    writeFileSync(join(cwd, 'kept'), 'a file');
    const { code, stdout, stderr } = await droste(['classify', 'a.jpg', '--json', '--cache', 'kept'], {
      cwd,
    });
    assert.deepEqual([code, stdout.trim().split('\n').length], [0, 1]);
    assert.match(stderr, /^--cache: results were not kept: Expected a folder that can be written to/m);
  });

  test('are of a run here', async () => {
    const { code, stderr } = await droste(['classify', 'lemon.jpg', '-f', 'name', '--cache', 'kept']);
    assert.deepEqual(
      [code, stderr],
      [2, 'error: --cache is of the local host: leave it out with --function\n'],
    );
  });
});

test('a file that is completed takes only results of the same run', async (t) => {
  const cwd = makeFolder(t);
  withPictures(cwd);
  const run = (...more: readonly string[]) =>
    droste(['classify', 'a.jpg', '--concurrency', '1', '--resume', 'out.ndjson', ...more], { cwd });
  assert.equal((await run('--top', '2')).code, 0);
  assert.deepEqual(readdirSync(cwd).sort(), ['a.jpg', 'b.jpg', 'out.ndjson', 'out.ndjson.run']);
  const other = await run('--top', '3');
  assert.equal(other.code, 2);
  assert.match(
    other.stderr,
    /^error: --resume: .*out\.ndjson holds results of another run \(options \{"topK":2\} there, \{"topK":3\} here\): name another file, or remove .*out\.ndjson\.run\n$/,
  );
  writeFileSync(join(cwd, 'out.ndjson'), '');
  assert.equal((await run('--top', '3')).code, 0);
});
