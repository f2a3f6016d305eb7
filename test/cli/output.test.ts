import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  closeSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  symlinkSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { type TestContext, test } from 'node:test';
import { writeWhole } from '../../cli/terminal.ts';
import { MAIN, makeFolder, parseLines, SAMPLES, startDroste } from './support/droste.ts';

/** Runs the command with its results in a file. */
const drosteInto = async (file: string, args: readonly string[]) => {
  const results = openSync(file, 'w');
  const child = spawn(process.execPath, [MAIN, ...args], {
    cwd: SAMPLES,
    env: {
      PATH: process.env.PATH,
      HOME: process.env.HOME,
      NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE,
    },
    stdio: ['ignore', results, 'pipe'],
  });
  closeSync(results);
  const [stderr, [code]] = await Promise.all([text(child.stderr as Readable), once(child, 'close')]);
  return { code, stderr };
};

const full = existsSync('/dev/full') ? {} : { skip: 'there is no /dev/full here' };

for (const args of [
  ['classify', 'lemon.jpg', '--json'],
  ['classify', 'lemon.jpg'],
  ['plan', '100'],
  ['--help'],
  ['--version'],
  ['model', 'list'],
  ['model', 'list', '--json'],
]) {
  test(`"droste ${args.join(' ')}" into a full disk is an error that says so, and exit 1`, full, async () => {
    const { code, stderr } = await drosteInto('/dev/full', args);
    assert.equal(code, 1);
    assert.match(stderr, /^error: standard output: expected to write all of it, received ENOSPC/m);
    assert.doesNotMatch(stderr, /\n {4}at /, 'no stack');
  });
}

test('a run whose results cannot be written any more stops, and says so', full, async () => {
  const pictures = Array.from({ length: 200 }, () => 'lemon.jpg');
  const args = ['classify', '--json', '--concurrency', '1', '--max-work', '1', ...pictures];
  const { code, stderr } = await drosteInto('/dev/full', args);
  assert.equal(code, 1);
  assert.match(stderr, /^output failed: \d+ of 200 pictures, /m);
});

/** A disk of so many bytes, where there may be one. */
const smallDisk = (t: TestContext, bytes: number): string | undefined => {
  const folder = mkdtempSync(join(tmpdir(), 'droste-disk-'));
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${bytes}`, 'tmpfs', folder], { stdio: 'ignore' });
  } catch {
    rmSync(folder, { recursive: true });
    return undefined;
  }
  t.after(() => {
    execFileSync('umount', [folder]);
    rmSync(folder, { recursive: true });
  });
  return folder;
};

test('on a disk that runs full in the middle nothing is lost without a word', async (t) => {
  const disk = smallDisk(t, 8192);
  if (disk === undefined) return t.skip('a small disk needs the right to mount one');
  const pictures = Array.from({ length: 40 }, () => 'lemon.jpg');
  const { code, stderr } = await drosteInto(join(disk, 'out.ndjson'), ['classify', '--json', ...pictures]);
  assert.equal(code, 1);
  assert.match(stderr, /received ENOSPC/);
  const written = readFileSync(join(disk, 'out.ndjson'), 'utf8');
  // all lines but the last are whole
  assert.ok(parseLines(written.slice(0, written.lastIndexOf('\n'))).length > 0);
});

test('what a file takes only a part of is written to its end, or fails', () => {
  const taken: number[] = [];
  const partly = (_: number, chunk: Uint8Array): number => {
    const count = Math.min(3, chunk.length);
    taken.push(...chunk.subarray(0, count));
    return count;
  };
  writeWhole(1, Uint8Array.from([1, 2, 3, 4, 5, 6, 7]), partly);
  assert.deepEqual(taken, [1, 2, 3, 4, 5, 6, 7]);
  const failing = (): number => {
    throw new Error('full');
  };
  assert.throws(() => writeWhole(1, Uint8Array.of(1), failing), /full/);
});

for (const args of [['--help'], ['classify', '--help'], ['model', 'list'], ['plan', '1000']]) {
  test(`"droste ${args.join(' ')}" ends quietly when nobody reads it`, async () => {
    const run = startDroste(args);
    run.stdout.destroy();
    assert.deepEqual([await text(run.stderr), await run.ended].map(String).at(-1), '0');
  });
}

test('a script of npm in another folder takes paths from where it was called', async (t) => {
  const called = makeFolder(t);
  symlinkSync(join(SAMPLES, 'lemon.jpg'), join(called, 'mine.jpg'));
  const project = join(SAMPLES, '../..');
  const args = ['run', '--silent', '--prefix', project, 'droste', '--', 'classify', 'mine.jpg', '--json'];
  const npm = spawn('npm', args, { cwd: called, stdio: ['ignore', 'pipe', 'pipe'] });
  const [stdout, stderr] = await Promise.all([text(npm.stdout), text(npm.stderr)]);
  assert.match(stdout, /"image":"file:.*mine\.jpg","results"/, stderr);
});

test('a folder that cannot be read costs the others nothing, and the run is not quite done', async (t) => {
  const folder = makeFolder(t);
  mkdirSync(join(folder, 'card/System Volume Information'), { recursive: true });
  copyFileSync(join(SAMPLES, 'lemon.jpg'), join(folder, 'card/lemon.jpg'));
  chmodSync(join(folder, 'card/System Volume Information'), 0);
  chmodSync(folder, 0o777);
  // root may read everything, nobody may not
  const nobody = process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : {};
  for (const word of ['card', 'card/**/*.jpg']) {
    const child = spawn(process.execPath, [MAIN, 'classify', word, '--json'], {
      cwd: folder,
      env: { PATH: process.env.PATH, HOME: folder, TMPDIR: folder },
      stdio: ['ignore', 'pipe', 'pipe'],
      ...nobody,
    });
    const [stdout, stderr, [code]] = await Promise.all([
      text(child.stdout),
      text(child.stderr),
      once(child, 'close'),
    ]);
    assert.equal(code, 1, stderr);
    assert.equal(parseLines(stdout).length, 1, stderr);
    assert.match(stderr, /^card\/System Volume Information: passed over, because it cannot be read: EACCES/m);
    assert.match(stderr, /^1 picture, 0 failures, /m);
  }
  // whoever clears up may not be root
  chmodSync(join(folder, 'card/System Volume Information'), 0o700);
});
