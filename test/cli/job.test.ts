import assert from 'node:assert/strict';
import { createInterface } from 'node:readline';
import { type TestContext, test } from 'node:test';
import { droste, makeFolder, parseLines, SAMPLES, startDroste } from './support/droste.ts';

/** `droste local` with a store of its own: the addresses of its two APIs, and its token. */
const startLocal = async (t: TestContext) => {
  const args = ['local', '--concurrency', '1', '--port', '0', '--invoke-port', '0'];
  const run = startDroste(args, { env: { TMPDIR: makeFolder(t) } });
  t.after(async () => {
    run.process.kill('SIGTERM');
    await run.ended;
  });
  run.stderr.resume();
  const lines: string[] = [];
  for await (const line of createInterface(run.stdout)) {
    lines.push(line);
    if (line.startsWith('Ctrl-C')) break;
  }
  const said = lines.join('\n');
  const find = (pattern: RegExp): string => pattern.exec(said)?.[1] ?? assert.fail(said);
  return {
    invoke: find(/^Lambda's Invoke API +(\S+)/m),
    http: find(/^HTTP API +(\S+)/m),
    token: find(/^Token +(\S+)/m),
  };
};

test('several functions over the same pictures are one job', async (t) => {
  const { invoke } = await startLocal(t);
  const job = (...args: readonly string[]) => droste(['job', ...args, '--endpoint-url', invoke]);
  const thumbs = '{"function": "thumbnail", "options": {"size": 20}}';
  const several = ['-O', 'labels=classify', '-O', `thumbs=${thumbs}`, '--slots', '2'];
  const followed = await job('start', 'orchestrate', SAMPLES, ...several, '--follow');
  assert.equal(followed.code, 0, followed.stderr);
  const [id = ''] = followed.stdout.split('\n');
  assert.match(followed.stdout, new RegExp(`^${id} {2}orchestrate {2}done · 48 of 48`, 'm'));
  const lines = parseLines((await job('results', id)).stdout);
  assert.equal(lines.length, 24);
  for (const { image, results } of lines) {
    assert.match(String(image), /^file:/);
    assert.deepEqual(Object.keys(results ?? {}), ['labels', 'thumbs']);
  }
});

test('jobs are started, followed, listed, shown and read on the command line and over HTTP', async (t) => {
  const { invoke, http, token } = await startLocal(t);
  const job = (...args: readonly string[]) => droste(['job', ...args, '--endpoint-url', invoke]);

  const followed = await job('start', 'classify', SAMPLES, '-O', 'topK=1', '--follow');
  assert.equal(followed.code, 0, followed.stderr);
  const [id = ''] = followed.stdout.split('\n');
  assert.match(id, /^job-\d{8}T\d{6}-[0-9a-f]{8}$/);
  assert.match(followed.stdout, new RegExp(`^${id} {2}classify {2}done · \\d+ of \\d+`, 'm'));

  const [results, listed, shown] = await Promise.all([
    job('results', id),
    job('list', '--json'),
    job('show', id, '--json'),
  ]);
  const lines = parseLines(results.stdout);
  assert.ok(lines.length > 0);
  for (const { results: labels } of lines) assert.equal(labels?.tags.length, 1);
  const view = JSON.parse(shown.stdout);
  assert.deepEqual([view.id, view.state, view.items, view.failed], [id, 'done', lines.length, 0]);
  assert.equal(JSON.parse(listed.stdout).id, id);

  const headers = { 'x-droste-token': token };
  const answered = await fetch(`${http}${view.links.results}`, { headers });
  assert.deepEqual([answered.status, answered.headers.get('content-type')], [200, 'application/x-ndjson']);
  assert.equal(await answered.text(), results.stdout);

  const again = await job('retry-failed', id);
  assert.deepEqual([again.code, again.stdout], [1, '']);
  assert.match(again.stderr, /^error: ConflictError: Expected a job with items that failed/);
  const [cancelled, slots] = await Promise.all([job('cancel', id), job('slots', id, '0')]);
  assert.match(cancelled.stdout, /done/, 'a job that has ended stays as it is');
  const note = new RegExp(`^${id} has ended \\(done\\): nothing is changed`);
  assert.match(cancelled.stderr, note);
  assert.match((await job('slots', id, '3')).stderr, note);
  assert.deepEqual([slots.code, slots.stdout], [2, '']);
  assert.match(slots.stderr, /slots: expected a whole number from 1, received "0"/);
});

const wrong: readonly (readonly [readonly string[], RegExp])[] = [
  [['job', 'start', 'classify'], /expected pictures, or --manifest, or --prefix, received none/],
  [['job', 'start', 'classify', '.', '--prefix', 's3://b/'], /received several/],
  [['job', 'start', 'classify', '.', '-O', 'topK'], /--option: expected name=value, received "topK"/],
  [['job', 'start', 'orchestrate', '.', '-O', 'labels='], /expected name=function, or name=\{/],
  [['job', 'start', 'classify', '.', '--function', 'jobs'], /expected references that the function can read/],
];

for (const [args, message] of wrong) {
  test(`"droste ${args.join(' ')}" is a usage error: exit 2, and nothing on stdout`, async () => {
    const { code, stdout, stderr } = await droste(args);
    assert.deepEqual([code, stdout], [2, '']);
    assert.match(stderr, message);
  });
}
