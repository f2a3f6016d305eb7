import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { numbers, startJobs } from './support.ts';

const functions = { a: 'triple', b: { function: 'other', options: {} } };

const ask3 = (size: number, more = {}) => ({
  function: 'orchestrate',
  items: numbers(size),
  functions,
  ...more,
});

/** What both functions answer if nothing is said. */
const both = (size: number) => numbers(size).map((n) => ({ n, results: { a: n * 3, b: n * 3 } }));

test('a job of several functions does one after another, and has a line for each item with what all of them said', async (t) => {
  const { ask, ended, targets } = await startJobs(t, {
    item: (n, _run, _signal, name) => (name === 'other' ? `${n}` : n * 3),
  });
  const { status, body } = await ask('POST', '/jobs', ask3(50));
  assert.equal(status, 202);
  const told = await ended();
  assert.deepEqual(
    [told.id, told.function, told.state, told.items, told.succeeded, told.failed, told.missing, told.runs],
    [body.id, 'orchestrate', 'done', 100, 100, 0, 0, 2],
  );
  assert.deepEqual(targets, ['fn:live', 'fn2:live']);
  const view = (await ask('GET', body.url)).body;
  assert.deepEqual(
    [view.function, view.state, view.items, view.succeeded, view.missing, view.runs, view.links.index],
    ['orchestrate', 'done', 100, 100, 0, 2, undefined],
  );
  assert.deepEqual(Object.keys(view.functions), ['a', 'b']);
  const { index, ...b } = view.functions.b;
  assert.match(index, new RegExp(`batches/${body.id}-b/index\\.json$`));
  assert.deepEqual(b, { function: 'other', state: 'done', items: 50, succeeded: 50, failed: 0, missing: 0 });
  assert.deepEqual(
    (await ask('GET', view.links.results)).body,
    numbers(50).map((n) => ({ n, results: { a: n * 3, b: `${n}` } })),
  );
  assert.equal((await ask('GET', `${view.links.results}?from=47`)).body[0].n, 47);
  assert.deepEqual(
    (await ask('GET', '/jobs')).body.jobs.map((job: { id: string }) => job.id),
    [body.id],
    'its parts are none of their own',
  );
  assert.equal((await ask('GET', `${body.url}/a`)).status, 404);
});

test('each function goes on where a run of it was killed, and the message of a run is heard once', async (t) => {
  const killed = { kind: 'failed', error: 'Sandbox.Timedout', cause: 'Task timed out' } as const;
  let id = '';
  const { ask, ended, targets, tell } = await startJobs(t, {
    run: async (run, { answer, index }) => {
      if (run === 4) {
        // the answer of the turn that ended the first part was lost, and the turn is asked for again
        const message = { id: `${id}/a`, ran: { error: 'ConfigurationError', cause: 'late' } };
        const again = (await tell({ $job: message })) as { go: string; id: string };
        assert.deepEqual([again.go, again.id], ['run', `${id}/b`]);
      }
      if (run !== 1 && run !== 3) return undefined;
      await answer();
      await rm(index);
      return killed;
    },
  });
  const started = ask('POST', '/jobs', ask3(30));
  id = (await started).body.id;
  const told = await ended();
  assert.deepEqual([told.state, told.succeeded, told.error], ['done', 60, null]);
  assert.deepEqual(targets, ['fn:live', 'fn:7', 'fn2:live', 'fn2:7']);
  assert.deepEqual((await ask('GET', `/jobs/${id}/results`)).body, both(30));
});

test('a state machine of before, which says the job’s id of every run, is understood to mean the function that ran', async (t) => {
  let id = '';
  const { ask, ended, tell } = await startJobs(t, {
    run: async (run) => {
      if (run !== 1) return undefined;
      const message = { id, ran: { error: 'ConfigurationError', cause: 'no model' } };
      const next = (await tell({ $job: message })) as { go: string; id: string };
      assert.deepEqual([next.go, next.id], ['run', `${id}/b`]);
      return undefined;
    },
  });
  id = (await ask('POST', '/jobs', ask3(10))).body.id;
  const told = await ended();
  assert.deepEqual([told.state, told.error?.name], ['failed', 'ConfigurationError']);
});

test('of each function what failed is done again and nothing else, and the lines stay in order', async (t) => {
  const worked: string[] = [];
  const { ask, ended } = await startJobs(t, {
    item: (n, run, _signal, name) => {
      worked.push(`${name} ${n}`);
      if (run <= 2 && (name === 'triple' ? n === 3 : n === 3 || n === 8)) throw new RangeError(`no ${n}`);
      return n * 3;
    },
  });
  const { body } = await ask('POST', '/jobs', ask3(12));
  const told = await ended();
  assert.deepEqual([told.state, told.succeeded, told.failed], ['done', 21, 3]);
  const lines = (await ask('GET', `${body.url}/results`)).body;
  const error = (name: string, n: number) => ({ name: 'RangeError', message: `${name}: no ${n}` });
  assert.deepEqual(lines[3], { n: 3, error: error('a', 3) });
  assert.deepEqual(lines[8], { n: 8, results: { a: 24 }, error: error('b', 8) });
  const { failures } = (await ask('GET', body.url)).body;
  assert.deepEqual(
    failures.map((failure: Record<string, unknown>) => [failure.function, failure.index]),
    [
      ['a', 3],
      ['b', 3],
      ['b', 8],
    ],
  );
  const from = worked.length;
  assert.equal((await ask('POST', `${body.url}/retry`)).status, 202);
  const mended = await ended();
  assert.deepEqual([mended.state, mended.succeeded, mended.failed, mended.missing], ['done', 24, 0, 0]);
  assert.deepEqual(worked.slice(from).sort(), ['other 3', 'other 8', 'triple 3']);
  assert.deepEqual((await ask('GET', `${body.url}/results`)).body, both(12));
  assert.equal((await ask('POST', `${body.url}/retry`)).status, 409);
});

test('under raise the first error ends the other functions, and a retry goes on with all of them', async (t) => {
  let open = false;
  const { ask, ended, targets } = await startJobs(t, {
    item: (n) => {
      if (n === 5 && !open) throw new RangeError('no 5');
      return n * 3;
    },
  });
  const { body } = await ask('POST', '/jobs', ask3(9, { options: { onError: 'raise' } }));
  const told = await ended();
  assert.deepEqual([told.state, told.error], ['failed', { name: 'RangeError', message: 'a: no 5' }]);
  assert.deepEqual(targets, ['fn:live']);
  assert.equal((await ask('GET', body.url)).body.functions.b.state, 'cancelled');
  open = true;
  await ask('POST', `${body.url}/retry`);
  assert.deepEqual([(await ended()).state, targets.at(-1)], ['done', 'fn2:live']);
  assert.deepEqual((await ask('GET', `${body.url}/results`)).body, both(9));
});

test('under collect a function that fails leaves the others to be done, and is the only one that goes on', async (t) => {
  const { ask, ended, targets } = await startJobs(t, {
    run: (run) => (run === 1 ? { kind: 'failed', error: 'ConfigurationError', cause: 'not yet' } : undefined),
  });
  const { body } = await ask('POST', '/jobs', ask3(9));
  const told = await ended();
  assert.deepEqual(
    [told.state, told.error, told.succeeded],
    ['failed', { name: 'ConfigurationError', message: 'a: not yet' }, 9],
  );
  assert.deepEqual(
    (await ask('GET', `${body.url}/results`)).body,
    numbers(9).map((n) => ({ n, results: { b: n * 3 } })),
  );
  await ask('POST', `${body.url}/retry`);
  assert.deepEqual([(await ended()).state, targets], ['done', ['fn:live', 'fn2:live', 'fn:live']]);
  assert.deepEqual((await ask('GET', `${body.url}/results`)).body, both(9));
});

test('it is cancelled with all its functions while one runs, and has its slots changed for all of them', async (t) => {
  const arrived = new EventTarget();
  const slots: unknown[] = [];
  let open = false;
  const { ask, ended, store } = await startJobs(t, {
    run: async (run) => {
      if (open) return undefined;
      arrived.dispatchEvent(new Event(`run ${run}`));
      await gate.promise;
      return { kind: 'failed', error: 'Sandbox.Timedout', cause: 'Task timed out' };
    },
  });
  const gate = Promise.withResolvers<void>();
  const begun = once(arrived, 'run 1');
  const { body } = await ask('POST', '/jobs', ask3(9));
  await begun;
  assert.deepEqual((await ask('PATCH', body.url, { slots: 2 })).body.slots, 2);
  for (const name of ['a', 'b']) {
    slots.push(JSON.parse(String(await store.get(`batches/${body.id}-${name}/control.json`))).slots);
  }
  assert.deepEqual(slots, [2, 2]);
  assert.equal((await ask('DELETE', body.url)).body.state, 'cancelling');
  gate.resolve();
  const told = await ended();
  assert.deepEqual([told.state, told.runs], ['cancelled', 1]);
  open = true;
  await ask('POST', `${body.url}/retry`);
  assert.equal((await ended()).state, 'done');
  assert.deepEqual((await ask('GET', `${body.url}/results`)).body, both(9));
});

test('while it runs there are lines of those items that all functions have answered', async (t) => {
  const gate = Promise.withResolvers<void>();
  const arrived = Promise.withResolvers<void>();
  const { ask, ended } = await startJobs(t, {
    run: async (run) => {
      if (run === 2) {
        arrived.resolve();
        await gate.promise;
      }
      return undefined;
    },
  });
  const { body } = await ask('POST', '/jobs', ask3(9));
  await arrived.promise;
  const view = (await ask('GET', body.url)).body;
  assert.deepEqual([view.state, view.items, view.succeeded, view.missing], ['running', 18, 9, 9]);
  assert.deepEqual((await ask('GET', `${body.url}/results`)).body, []);
  gate.resolve();
  await ended();
  assert.deepEqual((await ask('GET', `${body.url}/results`)).body, both(9));
});

test('lines that are more than a page come in pages, for no part in the bucket has them', async (t) => {
  const { ask, ended } = await startJobs(t, {
    item: (n) => `${n}`.padEnd(400_000, '-'),
    presign: (key) => `https://bucket/${key}`,
  });
  const { body } = await ask('POST', '/jobs', ask3(5));
  await ended();
  const lines: { n: number }[] = [];
  let next: string | undefined = `${body.url}/results?links=true`;
  let pages = 0;
  for (; next !== undefined; pages += 1) {
    const page: Awaited<ReturnType<typeof ask>> = await ask('GET', next);
    lines.push(...page.body);
    next = /^<([^>]*)>; rel="next"/.exec(page.headers.link ?? '')?.[1];
  }
  assert.deepEqual([lines.map(({ n }) => n), pages], [numbers(5), 2]);
});

test('all functions work on the list as it was read first, or on none', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'droste-several-'));
  t.after(() => rm(folder, { recursive: true, force: true }));
  await writeFile(join(folder, '2'), '');
  const { ask, ended, manifest, rewrite } = await startJobs(t, {
    item: (n) => n || 'x',
    run: async (run, { answer }) => {
      if (run !== 1 && run !== 3) return undefined;
      const called = await answer();
      await writeFile(join(folder, '1'), '');
      await rewrite('1\n2\n3\n');
      return called;
    },
  });
  const prefix = `${pathToFileURL(folder).href}/`;
  const below = await ask('POST', '/jobs', { function: 'orchestrate', functions, prefix });
  assert.deepEqual([(await ended()).state, (await ended()).items], ['done', 2]);
  const { body } = await ask('GET', `${below.body.url}/results`);
  assert.deepEqual(
    body.map(({ results }: { results: unknown }) => results),
    [{ a: 'x', b: 'x' }],
  );

  await rewrite('1\n');
  const listed = await ask('POST', '/jobs', { function: 'orchestrate', functions, manifest });
  const told = await ended();
  assert.deepEqual([told.state, told.error?.name, told.succeeded], ['failed', 'InvalidRequestError', 1]);
  assert.match(told.error?.message ?? '', /^b: manifest\.etag: expected .*, found .*: the list has changed$/);
  assert.deepEqual((await ask('GET', `${listed.body.url}/results`)).body, [{ n: '1', results: { a: 1 } }]);
});

test('jobs are told of beside one of which something has expired', async (t) => {
  const { ask, ended, store } = await startJobs(t);
  const told: string[] = [];
  for (const gone of ['', 'a/job.json', 'b/state.json']) {
    const { body } = await ask('POST', '/jobs', ask3(5));
    await ended();
    if (gone === '') told.push(body.id);
    else await rm(new URL(`jobs/${body.id}/${gone}`, store.location));
  }
  const { status, body } = await ask('GET', '/jobs');
  assert.equal(status, 200);
  assert.deepEqual(
    body.jobs.map((job: { id: string }) => job.id),
    told,
  );
});

test('one function of orchestrate has its results by its name, as any number of them', async (t) => {
  const { ask, ended } = await startJobs(t, {
    item: (n) => {
      if (n === 1) throw new Error('odd');
      return n * 3;
    },
  });
  const { body } = await ask('POST', '/jobs', ask3(2, { functions: { a: 'triple' } }));
  await ended();
  assert.deepEqual((await ask('GET', `${body.url}/results`)).body, [
    { n: 0, results: { a: 0 } },
    { n: 1, error: { name: 'Error', message: 'a: odd' } },
  ]);
});

test('items that came in the request are kept once, however many functions work on them', async (t) => {
  const { ask, ended, store } = await startJobs(t);
  const { body } = await ask('POST', '/jobs', ask3(3, { items: [{ n: 0 }, 1, '2'] }));
  assert.equal((await ended()).succeeded, 6);
  const kept = (await store.list('jobs/')).filter(({ key }) => key.endsWith('/items.ndjson'));
  assert.deepEqual(
    kept.map(({ key }) => key),
    [`jobs/${body.id}/a/items.ndjson`],
  );
});
