import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import { test } from 'node:test';
import { makeFolder, startDroste } from './support/droste.ts';
import { servePictures } from './support/picture-server.ts';
import { canSeeProcesses, environmentsWith, processesWith } from './support/processes.ts';

/** Two environments, one picture each: what comes after the first ones waits for them. */
const shape = ['--max-work', '1', '--concurrency', '2'];

for (const [signal, code] of [
  ['SIGINT', 130],
  ['SIGTERM', 143],
] as const) {
  test(`${signal} stops the tree, prints what is done, exits ${code} and leaves no process`, async (t) => {
    const { origin, held } = await servePictures(t);
    const folder = makeFolder(t);
    const inputs = ['picture', 'held-1', 'held-2', 'never'].map((name) => `${origin}/${name}`);
    const run = startDroste(['classify', '--json', '--http', ...shape, ...inputs], {
      env: { TMPDIR: folder },
    });
    const stderr = text(run.stderr);
    const lines = createInterface(run.stdout);
    const [first] = await run.before(once(lines, 'line'));
    const more: string[] = [];
    lines.on('line', (line) => more.push(line));
    const waiting = [await run.before(held('/held-1')), await run.before(held('/held-2'))];

    run.process.kill(signal);
    assert.equal(await run.ended, code);
    await Promise.all(waiting.map(({ gone }) => gone));
    if (canSeeProcesses) assert.deepEqual(processesWith(folder), []);
    assert.equal(JSON.parse(first).image, inputs[0]);
    assert.deepEqual(more, []);
    assert.match(await stderr, /^interrupted: 1 of 4 pictures, 0 failures, 3 invocations, depth 1, /);
  });
}

test('when nobody reads the results any more, it ends quietly', async (t) => {
  const { origin, held } = await servePictures(t);
  const folder = makeFolder(t);
  const inputs = ['picture', 'held-1', 'held-2'].map((name) => `${origin}/${name}`);
  const run = startDroste(['classify', '--json', '--http', ...shape, ...inputs], { env: { TMPDIR: folder } });
  const stderr = text(run.stderr);
  await run.before(once(createInterface(run.stdout), 'line'));
  run.stdout.destroy();
  const [first, second] = [await run.before(held('/held-1')), await run.before(held('/held-2'))];
  first.release();
  await second.gone;
  assert.equal(await run.ended, 0);
  assert.equal(await stderr, '');
  if (canSeeProcesses) assert.deepEqual(processesWith(folder), []);
});

test('results are printed in the order of the inputs, as soon as those before are there', async (t) => {
  const { origin, held } = await servePictures(t);
  const inputs = ['picture', 'held-1', 'held-2'].map((name) => `${origin}/${name}`);
  const run = startDroste(['classify', '--json', '--http', ...shape, ...inputs]);
  const lines = createInterface(run.stdout)[Symbol.asyncIterator]();
  const images: string[] = [];
  const next = async () => images.push(JSON.parse((await lines.next()).value ?? '{}').image);
  await next();
  const [one, two] = [await run.before(held('/held-1')), await run.before(held('/held-2'))];
  one.release();
  // the second one is answered while the third is still on its way
  await next();
  two.release();
  await next();
  assert.deepEqual(images, inputs);
  assert.equal(await run.ended, 0);
});

test('an environment that crashes is said, by the failure of the picture it met too', {
  skip: canSeeProcesses ? false : 'the system does not show its processes as files',
}, async (t) => {
  const { origin, held } = await servePictures(t);
  const folder = makeFolder(t);
  const run = startDroste(['classify', '--json', '--http', '--concurrency', '1', `${origin}/held`], {
    env: { TMPDIR: folder },
  });
  const output = Promise.all([text(run.stdout), text(run.stderr)]);
  // alone in its request from the start: after the second crash it is named as the failure
  for (const _ of [1, 2]) {
    const { gone } = await run.before(held('/held'));
    for (const pid of environmentsWith(folder)) process.kill(pid, 'SIGKILL');
    await gone;
  }
  assert.equal(await run.ended, 1);
  const [stdout, stderr] = await output;
  assert.match(JSON.parse(stdout).error.message, /^classify:live crashed: Runtime\.ExitError: .*killed/);
  const [note, closing] = stderr.split('\n');
  assert.match(note ?? '', /^environment [0-9a-f]{8} ended in the middle of its work \(exited\)/);
  assert.match(closing ?? '', /^1 picture, 1 failure, .*, 2 crashes, /);
});
