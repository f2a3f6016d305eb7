import assert from 'node:assert/strict';
import { test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { handleLeftJobs } from '../../cli/local/jobs.ts';
import { openStore } from '../../platform/storage/index.ts';
import { makeFolder } from './support/droste.ts';

test('a local host says which jobs were left, passes over those that are not whole, and goes on if told to', async (t) => {
  const STORE = pathToFileURL(makeFolder(t)).href;
  const store = await openStore(STORE);
  const put = (id: string, name: string, value: unknown) =>
    store.put(`jobs/${id}/${name}.json`, Buffer.from(JSON.stringify(value)));
  const idOf = (n: number) => `job-20260101T00000${n}-00000000`;
  for (const [n, phase] of ['running', 'done', 'running'].entries()) {
    await put(idOf(n), 'state', { phase, executions: n + 1 });
    await put(idOf(n), 'job', { id: idOf(n) });
  }
  await put(idOf(3), 'job', { id: idOf(3) });

  const started: string[] = [];
  const host = { startExecution: (_: string, name: string) => started.push(name) > 0 };
  const handle = (resumeJobs: boolean) => handleLeftJobs(host, { environment: { STORE } }, { resumeJobs });
  const passedOver = `passed over, for they have no state: ${idOf(3)}`;
  assert.deepEqual(await handle(false), [
    passedOver,
    '2 jobs were left running: --resume-jobs goes on with them',
  ]);
  assert.deepEqual(started, []);
  assert.deepEqual(await handle(true), [passedOver, 'going on with 2 jobs']);
  assert.deepEqual(started, [`${idOf(2)}-3`, `${idOf(0)}-1`]);
});
