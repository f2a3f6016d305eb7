import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { type BatchIndex, readResults } from '../../../engine/stored-batch/batch-index.ts';
import type { HostEvent } from '../../../local/index.ts';
import { seededRandom } from '../../../planner/simulator/random.ts';
import { createDirectoryStore } from '../../../platform/storage/directory-store.ts';
import { startFaultyHost } from './host.ts';

const KILLS = 100;
const ITEMS = 200;

const readLines = async (folder: string, batch: string) => {
  const store = createDirectoryStore(folder);
  const index: BatchIndex = JSON.parse(await readFile(join(folder, 'batches', batch, 'index.json'), 'utf8'));
  const lines: unknown[] = [];
  for await (const line of readResults(store, index)) lines.push(JSON.parse(line));
  return { index, lines };
};

test(`a root killed ${KILLS} times at random moments, and resumed: every item is answered once`, async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'droste-resume-'));
  t.after(() => rm(folder, { recursive: true, force: true }));
  const manifest = join(folder, 'list.txt');
  const items = Array.from({ length: ITEMS }, (_, index) => `slow:${(index % 7) + 1}`);
  await writeFile(manifest, items.join('\n'));
  const random = seededRandom(11);

  let onStarted = (_: HostEvent & { kind: 'invocation started' }) => {};
  const { invoke, events } = await startFaultyHost(t, {
    concurrency: 3,
    environment: {
      MAX_WORK_PER_REQUEST: '4',
      NUM_PARALLEL_REQUESTS: '2',
      ALLOW_FILE: 'true',
      STORE: pathToFileURL(folder).href,
    },
    onEvent: (event) => {
      if (event.kind === 'invocation started') onStarted(event);
    },
  });
  const pidOf = (environmentId: string) =>
    events.flatMap((event) =>
      event.kind === 'environment started' && event.environmentId === environmentId ? [event.pid] : [],
    )[0];

  /** Kills the environment of the root that is invoked next, at a random moment of the time a batch takes. */
  const killNextRoot = () => {
    onStarted = ({ environmentId }) => {
      onStarted = () => {};
      const pid = pidOf(environmentId);
      setTimeout(() => {
        try {
          if (pid !== undefined) process.kill(pid, 'SIGKILL');
        } catch {
          // it was done before
        }
      }, random() * 60);
    };
  };

  let kills = 0;
  for (let batch = 0; kills < KILLS; batch++) {
    const request = {
      manifest: pathToFileURL(manifest).href,
      options: { onError: 'collect', resume: `batch-${batch}` },
    };
    for (let whole = false; !whole; ) {
      if (kills < KILLS) killNextRoot();
      const { failed, payload } = await invoke(request);
      if (failed) {
        kills += 1;
        assert.match(payload.errorType, /ExitError|ImageFetchError|ChildInvocationError/);
      } else whole = payload.summary.missing === undefined;
    }
    const { index, lines } = await readLines(folder, `batch-${batch}`);
    assert.equal(index.succeeded, ITEMS);
    assert.deepEqual(
      lines,
      items.map((item) => ({ item, results: item.split(':')[1] })),
    );
  }
});

test('100,000 items by manifest: small payloads, flat memory, order kept', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'droste-manifest-'));
  t.after(() => rm(folder, { recursive: true, force: true }));
  const manifest = join(folder, 'list.ndjson');
  await writeFile(
    manifest,
    Array.from({ length: 100_000 }, (_, index) => `${JSON.stringify({ item: `ok:${index}` })}\n`).join(''),
  );
  const { invoke, events, idle } = await startFaultyHost(t, {
    concurrency: 4,
    timeoutMs: 120_000,
    environment: { MAX_WORK_PER_REQUEST: '200', ALLOW_FILE: 'true', STORE: pathToFileURL(folder).href },
  });
  const { payload } = await invoke({ manifest: pathToFileURL(manifest).href, options: { resume: 'all' } });
  assert.equal(payload.summary.succeeded, 100_000);
  assert.ok(payload.summary.invocations > 4);
  const { lines } = await readLines(folder, 'all');
  assert.equal(lines.length, 100_000);
  lines.forEach((line, index) => {
    const { results } = line as { results: string };
    if (results !== `hello ${index}`) assert.fail(`${index}: ${JSON.stringify(line)}`);
  });
  const memory = events.flatMap((event) => (event.kind === 'invocation ended' ? [event.maxMemoryMb] : []));
  assert.ok(Math.max(...memory) < 250, `${Math.max(...memory)} MB`);
  await idle();
});

test('a manifest that is missing, forbidden or no manifest is refused by name', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'droste-manifest-'));
  t.after(() => rm(folder, { recursive: true, force: true }));
  const STORE = pathToFileURL(folder).href;
  const open = await startFaultyHost(t, { concurrency: 1, environment: { ALLOW_FILE: 'true', STORE } });
  const ask = async (host: typeof open, manifest: string, options = {}) =>
    (await host.invoke({ manifest, options })).payload;

  const missing = await ask(open, pathToFileURL(join(folder, 'none.txt')).href);
  assert.equal(missing.errorType, 'ImageFetchError');
  assert.match(missing.errorMessage, /none\.txt: expected a manifest that can be read/);
  assert.equal((await ask(open, 'https://example.com/list')).errorType, 'InvalidRequestError');
  assert.match(
    (await ask(open, 's3://b/k', { resume: '../up' })).errorMessage,
    /expected the name of a batch/,
  );

  const closed = await startFaultyHost(t, { concurrency: 1, environment: { STORE } });
  assert.equal((await ask(closed, 'file:///etc/hosts')).errorType, 'ForbiddenReferenceError');
  const storeless = await startFaultyHost(t, { concurrency: 1, environment: { ALLOW_FILE: 'true' } });
  assert.match((await ask(storeless, 'file:///etc/hosts')).errorMessage, /STORE: expected s3:/);
});
