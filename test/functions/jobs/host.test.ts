import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { jobMachine } from '../../../cli/local/jobs.ts';
import { connectJobs, droste } from '../../../client/index.ts';
import { machineArn } from '../../../local/index.ts';
import { startTestHost } from '../../local/support/local.ts';

/** So short that a job outlives it again and again; a second of it is for the index. */
const TIMEOUT_MS = 4_000;

/** Of the whole job, with two invocations at once: several times as long. */
const ITEMS = 400;
const ITEM_MS = 40;

/** The functions `jobs` and `paced` on a local host, with a store of their own, and their client. */
const startHost = async (t: TestContext) => {
  const folder = await mkdtemp(join(tmpdir(), 'droste-jobs-'));
  t.after(() => rm(folder, { recursive: true, force: true }));
  const STORE = pathToFileURL(join(folder, 'store')).href;
  const common = { STORE, ALLOW_FILE: 'true', FUNCTION_ALIAS: 'live' };
  const host = await startTestHost(
    t,
    [
      {
        name: 'paced',
        module: new URL('paced.ts', import.meta.url).href,
        timeoutMs: TIMEOUT_MS,
        environment: { ...common, MAX_WORK_PER_REQUEST: '4', MAX_SLOTS: '2' },
      },
      {
        name: 'jobs',
        module: new URL('../../../functions/jobs/handler.ts', import.meta.url).href,
        environment: {
          ...common,
          FUNCTIONS: 'paced=paced:live,thumbnail=paced:live',
          STATE_MACHINE: machineArn('jobs'),
        },
        reservedConcurrency: 1,
      },
    ],
    4,
    { stateMachines: { jobs: jobMachine } },
  );
  const { connection } = host;
  return {
    host,
    folder,
    jobs: connectJobs({ connection }),
    paced: droste<object, number>({ functionName: 'paced', connection }),
  };
};

test('a job outlives its function several times, is killed twice, and is complete and in order', async (t) => {
  const { host, folder, paced } = await startHost(t);
  const mended = join(folder, 'mended');
  const items = Array.from({ length: ITEMS }, (_, n) => ({
    n,
    ms: ITEM_MS,
    ...((n === 77 || n === 300) && { kill: join(folder, `killed-${n}`) }),
    ...(n % 100 === 50 && { fail: mended }),
  }));
  const job = paced.job(items);
  const told = await job;
  assert.deepEqual([told.state, told.succeeded, told.failed, told.missing], ['done', ITEMS - 4, 4, 0]);
  assert.ok(told.runs >= 3, `${told.runs} runs`);
  const killed = host.events.filter(
    (event) => event.kind === 'environment ended' && event.reason === 'exited',
  );
  assert.equal(killed.length, 2);
  assert.deepEqual(told.failures[0], {
    index: 50,
    item: 50,
    error: { name: 'RangeError', message: 'not 50' },
  });

  const jobs = connectJobs({ connection: host.connection });
  const id = await job.id;
  const before = host.events.length;
  await writeFile(mended, '');
  await jobs.retryFailed(id);
  for await (const view of jobs.watch(id)) assert.notEqual(view.state, 'failed');
  const retried = host.events
    .slice(before)
    .filter((event) => event.kind === 'invocation ended' && event.functionName === 'paced');
  assert.equal(retried.length, 1, 'four items are one invocation');
  const results: unknown[] = [];
  for await (const result of job.results()) results.push(result);
  assert.deepEqual(
    results,
    items.map(({ n }) => ({ item: n, results: n * 3 })),
  );
  t.diagnostic(`${told.runs} runs, ${(Date.parse(told.ended ?? '') - Date.parse(told.created)) / 1_000} s`);
});

test('a job is cancelled long before it would be done, and says what is left', async (t) => {
  const { paced, jobs } = await startHost(t);
  const job = paced.job(Array.from({ length: 4_000 }, (_, n) => ({ n, ms: 20 })));
  for await (const { state, succeeded } of job.progress) {
    assert.equal(state, 'running');
    if (succeeded > 0) break;
  }
  const cancelledMs = Date.now();
  assert.equal((await job.cancel()).state, 'cancelling');
  const told = await job;
  assert.equal(told.state, 'cancelled');
  assert.ok(told.succeeded > 0 && (told.missing ?? 0) > 0);
  const tookMs = Date.parse(told.ended ?? '') - cancelledMs;
  t.diagnostic(`cancelled after ${tookMs} ms`);
  assert.deepEqual(
    (await jobs.list()).map(({ state }) => state),
    ['cancelled'],
  );
});

test('a job that cannot be is refused by its own name', async (t) => {
  const { jobs, paced } = await startHost(t);
  await assert.rejects(jobs.start({ function: 'other', items: [] }), { name: 'InvalidRequestError' });
  const withoutSize = { function: 'thumbnail', options: { quality: 80 }, items: ['file:///a.jpg'] };
  await assert.rejects(jobs.start(withoutSize), {
    name: 'InvalidRequestError',
    message: /expected one of size, sizes, or width and height/,
  });
  await assert.rejects(jobs.show('job-20260101T000000-00000000'), { name: 'NotFoundError' });
  const job = paced.job({ manifest: 'file:///no/such/list.txt' });
  await assert.rejects(async () => void (await job), { name: 'ImageFetchError', message: /there is none/ });
});
