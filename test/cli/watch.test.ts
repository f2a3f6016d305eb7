import assert from 'node:assert/strict';
import { once } from 'node:events';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  watch,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import { suite, type TestContext, test } from 'node:test';
import { watchFolders } from '../../cli/inputs/watch.ts';
import {
  type DrosteProcess,
  droste,
  makeFolder,
  parseLines,
  SAMPLES,
  startDroste,
} from './support/droste.ts';

const sample = (name: string, to: string): void => copyFileSync(join(SAMPLES, name), to);

/** A watching command, and its answers one after another. */
const startWatch = (t: TestContext, cwd: string, args: readonly string[]) => {
  const run: DrosteProcess = startDroste(['classify', '--watch', '--concurrency', '1', ...args], { cwd });
  t.after(() => run.process.kill('SIGKILL'));
  const stderr = text(run.stderr);
  const lines = createInterface(run.stdout)[Symbol.asyncIterator]();
  return {
    run,
    stderr,
    next: async (): Promise<string> => {
      const { value } = await run.before(lines.next());
      return String(value);
    },
    end: async () => {
      run.process.kill('SIGINT');
      return { code: await run.ended, said: await stderr };
    },
  };
};

suite('a watched folder', { concurrency: 2 }, () => {
  test('gives what is in it, and then what comes or changes, until Ctrl-C', async (t) => {
    const cwd = makeFolder(t);
    mkdirSync(join(cwd, 'photos', 'new'), { recursive: true });
    sample('lemon.jpg', join(cwd, 'photos', 'a.jpg'));
    const { next, end } = startWatch(t, cwd, ['photos', '--format', 'csv', '--top', '1']);
    assert.match(await next(), /^picture,/);
    assert.match(await next(), /^photos\/a\.jpg,basic-colours,white,/);
    writeFileSync(join(cwd, 'photos', 'notes.txt'), 'no picture');
    sample('brown-bear.jpg', join(cwd, 'photos', '.hidden.jpg'));
    sample('brown-bear.jpg', join(cwd, 'photos', 'new', 'b.jpg'));
    assert.match(await next(), /^photos\/new\/b\.jpg,basic-colours,brown,/);
    sample('brown-bear.jpg', join(cwd, 'photos', 'a.jpg'));
    assert.match(await next(), /^photos\/a\.jpg,basic-colours,brown,/);
    const { code, said } = await end();
    assert.equal(code, 0, said);
    assert.match(said, /^watching for more pictures until Ctrl-C$/m);
    assert.match(said, /^3 pictures, 0 failures, /m);
  });

  test('may be empty, and fills a table row by row', async (t) => {
    const cwd = makeFolder(t);
    mkdirSync(join(cwd, 'in'));
    const { next, end, run } = startWatch(t, cwd, ['in', '--top', '1']);
    // moved in whole, as a download is
    await run.before(
      (async () => {
        sample('lemon.jpg', join(cwd, 'lemon.part'));
        renameSync(join(cwd, 'lemon.part'), join(cwd, 'in', 'lemon.jpg'));
      })(),
    );
    assert.match(await next(), /^picture /);
    assert.match(await next(), /^in\/lemon\.jpg +white /);
    assert.equal((await end()).code, 0);
  });

  test('with a file of results does what is new, and what has changed again', async (t) => {
    const cwd = makeFolder(t);
    sample('lemon.jpg', join(cwd, 'a.jpg'));
    const args = ['.', '--resume', 'out.ndjson'];
    await droste(['classify', '--concurrency', '1', ...args], { cwd });
    const out = () => parseLines(readFileSync(join(cwd, 'out.ndjson'), 'utf8'));
    const { run, end } = startWatch(t, cwd, args);
    const changes = watch(cwd);
    t.after(() => changes.close());
    const until = async (isSo: () => boolean): Promise<void> => {
      while (!isSo()) await run.before(once(changes, 'change'));
    };
    sample('lemon.jpg', join(cwd, 'b.jpg'));
    await until(() => out().length === 2);
    sample('brown-bear.jpg', join(cwd, 'a.jpg'));
    await until(() => out().length === 3);
    const { code, said } = await end();
    assert.equal(code, 0, said);
    assert.deepEqual(
      out().map(({ image, results }) => [image.split('/').at(-1), results?.tags[0]?.class]),
      [
        ['a.jpg', 'brown'],
        ['b.jpg', 'white'],
      ],
    );
    assert.ok(existsSync(join(cwd, 'out.ndjson.run')));
  });

  test('that is removed ends the run, and what is done stays done', async (t) => {
    const cwd = makeFolder(t);
    mkdirSync(join(cwd, 'in'));
    sample('lemon.jpg', join(cwd, 'in', 'a.jpg'));
    const { run, next, stderr } = startWatch(t, cwd, ['in', '--format', 'paths']);
    assert.equal(await next(), 'in/a.jpg');
    sample('brown-bear.jpg', join(cwd, 'in', 'b.jpg'));
    assert.equal(await next(), 'in/b.jpg');
    rmSync(join(cwd, 'in'), { recursive: true });
    assert.equal(await run.ended, 1);
    const said = await stderr;
    assert.match(said, /^error: .*--watch: expected folders that can be watched: in has been removed$/m);
    assert.match(said, /2 of 2 pictures/);
  });

  test('misses nothing that comes while it begins', async (t) => {
    // at every turn of the event loop that it may take
    await Promise.all(
      Array.from({ length: 32 }, async (_, turns) => {
        const cwd = makeFolder(t);
        mkdirSync(join(cwd, 'in', 'deep'), { recursive: true });
        const { pieces, close } = watchFolders(['in'], { cwd, exclude: [], follow: false }, []);
        t.after(close);
        for (let turn = 0; turn < turns; turn++) await new Promise(setImmediate);
        for (const name of ['a.jpg', 'deep/b.jpg']) sample('lemon.jpg', join(cwd, 'in', name));
        const seen = new Set<string>();
        for await (const piece of pieces) {
          for (const { shown } of piece) seen.add(shown);
          if (seen.size === 2) break;
        }
      }),
    );
  });

  test('takes nothing of the folder that results go to', async (t) => {
    const cwd = makeFolder(t);
    mkdirSync(join(cwd, 'in', 'thumbs'), { recursive: true });
    for (const name of ['thumbs/a.jpg', 'b.jpg']) sample('lemon.jpg', join(cwd, 'in', name));
    const output = join(cwd, 'in', 'thumbs');
    const { pieces, close } = watchFolders(['in'], { cwd, exclude: [], follow: false, output }, []);
    t.after(close);
    const seen: string[] = [];
    for await (const piece of pieces) {
      seen.push(...piece.map(({ shown }) => shown));
      if (seen.includes('in/c.jpg')) break;
      // by the time that this has settled, what was there before has been seen
      sample('lemon.jpg', join(cwd, 'in', 'c.jpg'));
    }
    assert.deepEqual(seen, ['in/b.jpg', 'in/c.jpg']);
    const args = ['thumbnail', 'in/thumbs', '--watch', '--size', '20', '--out', 'in/thumbs'];
    const { code, stderr } = await droste(args, { cwd });
    assert.deepEqual(
      [code, stderr],
      [2, 'error: --watch: expected folders that results do not go to, received in/thumbs\n'],
    );
  });

  test('is asked for where no input is one', async () => {
    const { code, stderr } = await droste(['classify', 'lemon.jpg', '--watch']);
    assert.deepEqual(
      [code, stderr],
      [2, 'error: --watch: expected a folder among the inputs, received lemon.jpg\n'],
    );
  });
});
