import assert from 'node:assert/strict';
import { copyFileSync, existsSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import { test } from 'node:test';
import { droste, makeFolder, parseLines, SAMPLES, startDroste } from './support/droste.ts';
import { servePictures } from './support/picture-server.ts';

const args = ['--concurrency', '1', '--resume', 'out.ndjson'];

test('a file of several functions is of these functions, and not of others by the same names', async (t) => {
  const cwd = makeFolder(t);
  copyFileSync(join(SAMPLES, 'lemon.jpg'), join(cwd, 'a.jpg'));
  const run = (part: string) => droste(['run', 'orchestrate', 'a.jpg', '-O', part, ...args], { cwd });
  const first = await run('said=classify');
  assert.equal(first.code, 0, first.stderr);
  assert.match((await run('said=classify')).stderr, /^0 pictures, /m);
  const other = await run('said={"function":"thumbnail","options":{"size":20}}');
  assert.equal(other.code, 2);
  assert.match(other.stderr, /holds results of another run \(options .*"classify".* there, .*"thumbnail"/);
});

test('a second run does only what is missing or failed, and leaves one line a picture, in order', async (t) => {
  const cwd = makeFolder(t);
  const out = join(cwd, 'out.ndjson');
  copyFileSync(join(SAMPLES, 'lemon.jpg'), join(cwd, 'b.jpg'));
  const first = await droste(['classify', 'b.jpg', 'gone.jpg', ...args], { cwd });
  assert.deepEqual([first.code, first.stdout], [1, '']);
  assert.match(first.stderr, /^out\.ndjson is kept: the same command does what it lacks or what failed$/m);
  assert.deepEqual(
    parseLines(readFileSync(out, 'utf8')).map((line) => 'error' in line),
    [false, true],
  );

  // a line that was cut, and one of another picture
  writeFileSync(
    out,
    `{"image":"file:///other.jpg","results":{"tags":[]}}\n${readFileSync(out, 'utf8')}{"ima`,
  );
  copyFileSync(join(SAMPLES, 'lemon.jpg'), join(cwd, 'gone.jpg'));
  copyFileSync(join(SAMPLES, 'lemon.jpg'), join(cwd, 'a.jpg'));
  const second = await droste(['classify', 'a.jpg', 'b.jpg', 'gone.jpg', ...args], { cwd });
  assert.equal(second.code, 0, second.stderr);
  assert.match(second.stderr, /^out\.ndjson: 1 line of it no results$/m);
  assert.match(second.stderr, /^2 pictures, 0 failures, /m);
  const lines = parseLines(readFileSync(out, 'utf8'));
  assert.deepEqual(
    lines.map(({ image }) => image.split('/').at(-1)),
    ['a.jpg', 'b.jpg', 'gone.jpg', 'other.jpg'],
  );
  assert.ok(lines.every((line) => 'results' in line));
  assert.equal(existsSync(`${out}.partial`), false);

  const third = await droste(['classify', 'a.jpg', 'b.jpg', 'gone.jpg', ...args], { cwd });
  assert.match(third.stderr, /^0 pictures, 0 failures, 0 invocations, /);
  assert.deepEqual(parseLines(readFileSync(out, 'utf8')), lines);
});

test('an interrupted run keeps what is done, and says how to go on', async (t) => {
  const { origin, held } = await servePictures(t);
  const cwd = makeFolder(t);
  const inputs = [`${origin}/picture`, `${origin}/held`];
  const run = startDroste(['classify', '--http', '--max-work', '1', ...args, ...inputs], { cwd });
  const stderr = text(run.stderr);
  await held('/held');
  run.process.kill('SIGINT');
  assert.equal(await run.ended, 130);
  assert.match(await stderr, /^interrupted: 1 of 2 .*\nout\.ndjson is kept: the same command does/m);
  assert.equal(parseLines(readFileSync(join(cwd, 'out.ndjson'), 'utf8')).length, 1);

  const plain = startDroste(['classify', '--http', '--json', '--max-work', '1', ...inputs], { cwd });
  const said = text(plain.stderr);
  const first = createInterface(plain.stdout)[Symbol.asyncIterator]();
  await first.next();
  await held('/held');
  plain.process.kill('SIGINT');
  assert.equal(await plain.ended, 130);
  assert.match(
    await said,
    /to go on where it stopped: the same command with --resume <file of these results>\n$/,
  );
});

const full = existsSync('/dev/full') ? {} : { skip: 'there is no /dev/full here' };

test('a file that takes nothing, and one that cannot be opened, are errors that name it', full, async (t) => {
  const cwd = makeFolder(t);
  symlinkSync('/dev/full', join(cwd, 'out.ndjson'));
  const broken = await droste(['classify', join(SAMPLES, 'lemon.jpg'), ...args], { cwd });
  assert.equal(broken.code, 1);
  assert.match(broken.stderr, /^error: .*out\.ndjson: expected to write all results, received ENOSPC/m);
  const nowhere = await droste(['classify', join(SAMPLES, 'lemon.jpg'), '--resume', 'no/such/file'], { cwd });
  assert.equal(nowhere.code, 2);
  assert.match(nowhere.stderr, /--resume: expected a file that can be written: ENOENT/);
});

test('a dry run prints the pictures and starts nothing; a quiet one prints results only', async () => {
  const dry = await droste(['classify', 'b*.jpg', 'lemon.jpg', '--dry-run']);
  assert.deepEqual([dry.code, dry.stdout], [0, 'brown-bear.jpg\nlemon.jpg\n']);
  assert.match(dry.stderr, /^dry run: 2 pictures, nothing was started\n$/);
  const quiet = await droste(['classify', 'lemon.jpg', 'gone.jpg', '--quiet', '--format', 'paths', '-0']);
  assert.deepEqual([quiet.code, quiet.stdout, quiet.stderr], [1, 'lemon.jpg\0', '']);
});
