import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite, test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { createRetirement } from '../../functions/retire-environment.ts';
import { createAdmission } from '../../images/admission.ts';
import { startLocalHost } from '../../local/index.ts';
import { farBeyond } from '../local/support/pace.ts';
import { progressiveJpeg } from './pictures/progressive-jpeg.ts';

const context = (leftMs: number) => ({ getRemainingTimeInMillis: () => leftMs });

suite('what an admission has under way', () => {
  test('is nothing, or ends with the last of what runs now', async () => {
    const admission = createAdmission(100);
    assert.equal(admission.underWay(), undefined);
    const [first, second] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    const works = [admission.admit(10, () => first.promise), admission.alone(() => second.promise)];
    await Promise.resolve();
    const left = admission.underWay();
    first.reject(new Error('broken'));
    await assert.rejects(works[0] ?? Promise.resolve());
    // it waits for the first alone: the second began later
    await left;
    assert.notEqual(admission.underWay(), undefined);
    second.resolve();
    await works[1];
    assert.equal(admission.underWay(), undefined);
  });
});

test('what ends by itself in a moment is waited for, where there is time', async () => {
  let hasEnded = false;
  const retirement = createRetirement(async () => {
    await null;
    hasEnded = true;
  });
  const handler = retirement.last(async (_event: never, _context: never) => 'answer');
  assert.equal(await handler(undefined as never, context(60_000) as never), 'answer');
  assert.ok(hasEnded);
});

for (const name of ['classify', 'thumbnail']) {
  test(`${name}: a decode that goes on after the deadline costs the next caller nothing`, async (t) => {
    const folder = await mkdtemp(join(tmpdir(), 'droste-leftovers-'));
    t.after(() => rm(folder, { recursive: true }));
    const [slow, quick] = [join(folder, 'slow.jpg'), join(folder, 'quick.jpg')];
    // a minute and a half of one core
    await writeFile(slow, progressiveJpeg(4096, 60_000));
    await writeFile(quick, progressiveJpeg(4096, 1));
    const ended = Promise.withResolvers<string>();
    const host = await startLocalHost({
      concurrency: 1,
      functions: [
        {
          name,
          module: new URL(`../../functions/${name}/handler.ts`, import.meta.url).href,
          environment: { ALLOW_FILE: 'true', MAX_DECODE_WORK: String(1e15) },
          timeoutMs: 60_000,
        },
      ],
      observe: (event) => {
        if (event.kind === 'environment ended') ended.resolve(event.reason);
      },
    });
    t.after(() => host.close());
    const size = name === 'thumbnail' ? { size: 50 } : {};
    const ask = async (picture: string, options: object = {}) => {
      const images = [pathToFileURL(picture).href];
      const reply = await host.invoke(
        name,
        JSON.stringify({ images, options: { ...size, onError: 'collect', ...options } }),
      );
      assert.equal(reply.kind, 'executed');
      return reply.kind === 'executed' ? JSON.parse(reply.payload.toString()) : undefined;
    };
    // the decode has to be under way by the deadline: a cold start would take its part of the time
    const warm = () => ask(quick);
    assert.equal((await warm()).summary.succeeded, 1);
    const enoughMs = await farBeyond(warm);
    const { results } = await ask(slow, { deadlineMs: Date.now() + enoughMs });
    assert.equal(results[0].error.name, 'DeadlineExceededError');
    assert.equal(await ended.promise, 'exited');
  });
}
