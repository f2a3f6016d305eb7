import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readFile, rm } from 'node:fs/promises';
import { test } from 'node:test';
import { numbers, startJobs } from './support.ts';

test('a job is started, runs, and its results are there in order', async (t) => {
  const { ask, ended } = await startJobs(t);
  const started = await ask('POST', '/jobs', { function: 'triple', ns: numbers(50) });
  assert.equal(started.status, 202);
  const { id, url } = started.body;
  assert.match(id, /^job-\d{8}T\d{6}-[0-9a-f]{8}$/);
  assert.deepEqual([url, started.headers.location], [`/jobs/${id}`, `/jobs/${id}`]);

  const told = await ended();
  assert.deepEqual(
    [told.id, told.function, told.state, told.items, told.succeeded, told.failed, told.missing, told.runs],
    [id, 'triple', 'done', 50, 50, 0, 0, 1],
  );
  const { status, body } = await ask('GET', url);
  assert.deepEqual(
    [status, body.state, body.items, body.succeeded, body.failed, body.missing, body.failures],
    [200, 'done', 50, 50, 0, 0, []],
  );
  assert.match(body.links.index, new RegExp(`batches/${id}/index\\.json$`));
  const results = await ask('GET', body.links.results);
  assert.deepEqual(
    results.body,
    numbers(50).map((n) => ({ n, results: n * 3 })),
  );
  assert.deepEqual((await ask('GET', `${body.links.results}?from=48`)).body.length, 2);
  assert.deepEqual(
    (await ask('GET', '/jobs')).body.jobs.map((job: { id: string }) => job.id),
    [id],
  );
});

test('it goes on where a run was killed, on the version that it began with, and with whatever list it was given', async (t) => {
  const { ask, ended, rewrite, manifest, targets } = await startJobs(t, {
    run: (run) =>
      run === 1 || run === 3
        ? { kind: 'failed', error: 'Sandbox.Timedout', cause: '{"errorMessage":"Task timed out"}' }
        : undefined,
    // half of the items are cut short by the end of their run
    item: (n, run) => (n >= 20 && run < 4 ? Promise.reject(new Error('not now')) : n),
  });
  await rewrite(numbers(40).join('\n'));
  await ask('POST', '/jobs', { function: 'triple', manifest, options: { toleratedFailureCount: 3 } });
  const told = await ended();
  // the second run exceeds what is tolerated, which no other run would mend
  assert.deepEqual([told.state, told.error?.name, told.runs], ['failed', 'FailureToleranceError', 2]);
  assert.deepEqual(targets, ['fn:live', 'fn:live'], 'nothing was bound before the first run was killed');

  const [{ id }] = (await ask('GET', '/jobs')).body.jobs;
  assert.equal((await ask('POST', `/jobs/${id}/retry`)).status, 202);
  assert.equal((await ended()).state, 'done');
  assert.equal(targets.at(-1), 'fn:7');
});

test('what failed is done again and nothing else, and the results stay in order', async (t) => {
  const worked: number[] = [];
  const { ask, ended } = await startJobs(t, {
    item: (n, run) => {
      worked.push(n);
      if (n % 10 === 7 && run === 1) throw new RangeError(`no ${n}`);
      if (n === 27 && run === 2) throw new RangeError('still no 27');
      return n + run * 1_000;
    },
  });
  const { body } = await ask('POST', '/jobs', { function: 'triple', ns: numbers(60) });
  assert.deepEqual([(await ended()).failed, worked.length], [6, 60]);
  const before = (await ask('GET', body.url)).body;
  assert.equal(before.state, 'done');
  assert.deepEqual(before.failures[0], {
    index: 7,
    n: 7,
    error: { name: 'RangeError', message: 'no 7' },
  });

  for (const [left, run] of [
    [1, 2],
    [0, 3],
  ] as const) {
    const from = worked.length;
    assert.equal((await ask('POST', `${body.url}/retry`)).status, 202);
    const told = await ended();
    assert.deepEqual([told.state, told.items, told.failed, told.missing], ['done', 60, left, 0]);
    assert.deepEqual(
      worked.slice(from).sort((a, b) => a - b),
      run === 2 ? [7, 17, 27, 37, 47, 57] : [27],
    );
  }
  const { body: results } = await ask('GET', `${body.url}/results`);
  assert.deepEqual(
    results,
    numbers(60).map((n) => ({ n, results: n + 1_000 * (n === 27 ? 3 : n % 10 === 7 ? 2 : 1) })),
  );
  const refused = await ask('POST', `${body.url}/retry`);
  assert.deepEqual([refused.status, refused.body.name], [409, 'ConflictError']);
});

test('a job fails by its tolerance with its very last item too, and is done when it is asked to go on', async (t) => {
  let open = false;
  const { ask, ended } = await startJobs(t, {
    item: (n) => {
      if (n < 2 && !open) throw new RangeError(`no ${n}`);
      return n;
    },
  });
  const options = { toleratedFailureCount: 1, maxWorkPerRequest: 2 };
  const { body } = await ask('POST', '/jobs', { function: 'triple', ns: [0, 1], options });
  const told = await ended();
  assert.deepEqual([told.state, told.error?.name, told.failed], ['failed', 'FailureToleranceError', 2]);

  // what failed is taken as it is: nothing is missing but the index
  await ask('POST', `${body.url}/retry`);
  assert.deepEqual([(await ended()).state, (await ask('GET', body.url)).body.failed], ['done', 2]);
  // and done again it is judged again
  await ask('POST', `${body.url}/retry`);
  const still = await ended();
  assert.deepEqual([still.state, still.error?.name, still.failed], ['failed', 'FailureToleranceError', 2]);
  await ask('POST', `${body.url}/retry`);
  assert.deepEqual([(await ended()).state, (await ask('GET', body.url)).body.failed], ['done', 2]);
  open = true;
  await ask('POST', `${body.url}/retry`);
  const mended = await ended();
  assert.deepEqual([mended.state, mended.succeeded, mended.failed], ['done', 2, 0]);
  assert.deepEqual((await ask('GET', `${body.url}/results`)).body, [
    { n: 0, results: 0 },
    { n: 1, results: 1 },
  ]);
});

test('the tolerance of a retry is of all items, not of those that are done again', async (t) => {
  // of 40 items 10 % may fail: 4, though of the 8 that are done again that is a half
  for (const [again, state] of [
    [4, 'done'],
    [5, 'failed'],
  ] as const) {
    let tries = 0;
    const { ask, ended } = await startJobs(t, {
      item: (n) => {
        if (n >= 8 || (tries > 0 && n >= again)) return n;
        throw new RangeError(`no ${n}`);
      },
    });
    const options = { toleratedFailurePercentage: 10 };
    const { body } = await ask('POST', '/jobs', { function: 'triple', ns: numbers(40), options });
    assert.equal((await ended()).state, 'failed');
    await ask('POST', `${body.url}/retry`);
    assert.deepEqual([(await ended()).state, (await ask('GET', body.url)).body.failed], ['done', 8]);
    tries += 1;
    await ask('POST', `${body.url}/retry`);
    const told = await ended();
    assert.equal(told.state, state);
    assert.match(told.error?.message ?? 'none', again === 5 ? /at most 4 items to fail/ : /none/);
  }
});

test('a run that dies between its last part and the index is followed by one that writes the index', async (t) => {
  const { ask, ended, runs } = await startJobs(t, {
    run: async (run, { answer, index }) => {
      if (run > 1) return;
      await answer();
      await rm(index);
      return { kind: 'failed', error: 'Sandbox.Timedout', cause: 'Task timed out' };
    },
  });
  const { body } = await ask('POST', '/jobs', { function: 'triple', ns: numbers(9) });
  assert.deepEqual([(await ended()).state, runs()], ['done', 2]);
  const { state, links } = (await ask('GET', body.url)).body;
  assert.equal(state, 'done');
  assert.equal(JSON.parse(await readFile(new URL(links.index), 'utf8')).succeeded, 9);
});

test('failures of a retry that has not ended well are told by their places in the list', async (t) => {
  const { ask, ended } = await startJobs(t, {
    item: (n, run) => {
      if (n % 10 === 7 && (run === 1 || n !== 7)) throw new RangeError(`no ${n}`);
      return n;
    },
    run: async (run, { answer, index }) => {
      if (run === 1) return undefined;
      await answer();
      await rm(index);
      return { kind: 'failed', error: 'ConfigurationError', cause: 'no more' };
    },
  });
  const { body } = await ask('POST', '/jobs', { function: 'triple', ns: numbers(40) });
  await ended();
  await ask('POST', `${body.url}/retry`);
  assert.equal((await ended()).state, 'failed');
  const { failures } = (await ask('GET', body.url)).body;
  assert.deepEqual(
    failures.map(({ index, n }: { index: number; n: number }) => [index, n]),
    [
      [17, 17],
      [27, 27],
      [37, 37],
    ],
  );
});

test('a retry whose results so far have expired fails, and says so', async (t) => {
  const { ask, ended } = await startJobs(t, {
    item: () => Promise.reject(new RangeError('never')),
    run: async (run, { index }) => {
      if (run === 2) await rm(new URL(index.href.replace('.1/', '/')));
      return undefined;
    },
  });
  const { body } = await ask('POST', '/jobs', { function: 'triple', ns: numbers(3) });
  await ended();
  await ask('POST', `${body.url}/retry`);
  const told = await ended();
  assert.deepEqual([told.state, told.error?.name], ['failed', 'NotFoundError']);
  assert.match(told.error?.message ?? '', /index of the attempts before of job job-.* may have expired/);
});

test('a job of which an object is gone is passed over, and said, and the others are listed', async (t) => {
  const { ask, ended, store } = await startJobs(t);
  const { body } = await ask('POST', '/jobs', { function: 'triple', ns: [1] });
  await ended();
  const partial = 'job-20260101T000000-00000000';
  await store.put(`jobs/${partial}/job.json`, Buffer.from('{}'));
  const said = t.mock.method(console, 'error', () => {});
  const { status, body: listed } = await ask('GET', '/jobs');
  assert.deepEqual([status, listed.jobs.map(({ id }: { id: string }) => id)], [200, [body.id]]);
  assert.match(String(said.mock.calls[0]?.arguments[0]), new RegExp(partial));
});

for (const refused of ['state.json', 'job.json']) {
  test(`a job whose ${refused} could not be put is none, whole or not`, async (t) => {
    const { ask } = await startJobs(t, {
      beforePut: async (key) => {
        if (key.endsWith(`/${refused}`)) throw new Error(`no room for ${key}`);
      },
    });
    t.mock.method(console, 'error', () => {});
    assert.equal((await ask('POST', '/jobs', { function: 'triple', ns: [1] })).status, 500);
    const said = t.mock.method(console, 'error', () => {});
    const { status, body } = await ask('GET', '/jobs');
    assert.deepEqual([status, body.jobs, said.mock.callCount()], [200, [], 0]);
  });
}

test('a job without progress ends, says why, and goes on when it is asked to', async (t) => {
  const { ask, ended, waits, runs } = await startJobs(t, {
    run: (run) =>
      run <= 3 ? { kind: 'failed', error: 'Runtime.OutOfMemory', cause: 'Runtime exited' } : undefined,
  });
  const { body } = await ask('POST', '/jobs', { function: 'triple', ns: numbers(9) });
  const told = await ended();
  assert.deepEqual(
    [told.state, told.missing, told.error],
    ['failed', 0, { name: 'Runtime.OutOfMemory', message: 'Runtime exited' }],
  );
  assert.deepEqual([runs(), waits], [3, [2, 4]]);
  assert.equal((await ask('GET', body.url)).body.error.name, 'Runtime.OutOfMemory');
  await ask('POST', `${body.url}/retry`);
  assert.deepEqual([(await ended()).state, runs()], ['done', 4]);
});

test('a throttled run is waited for, and counts as none', async (t) => {
  const { ask, ended, waits } = await startJobs(t, {
    run: (run) =>
      run <= 6 ? { kind: 'refused', error: 'Lambda.TooManyRequestsException', cause: 'Rate' } : undefined,
  });
  await ask('POST', '/jobs', { function: 'triple', ns: numbers(9) });
  const { state, runs } = await ended();
  assert.deepEqual([state, runs, waits], ['done', 1, [1, 2, 4, 8, 16, 32]]);
});

/** The second between two looks passes in no time, and nothing else is ever due. */
const eagerClock = {
  now: () => Date.now(),
  random: () => 0,
  at: (atMs: number, callback: () => void) => {
    if (atMs > Date.now() + 1_000) return () => {};
    const soon = setImmediate(callback);
    return () => clearImmediate(soon);
  },
};

test('it is cancelled, and its slots are changed, while it runs', async (t) => {
  const arrived = new EventTarget();
  let open = false;
  const { ask, ended, waits } = await startJobs(t, {
    clock: eagerClock,
    item: async (n, run, signal) => {
      if (n < 30 || open) return n;
      arrived.dispatchEvent(new Event(`run ${run}`));
      if (!signal.aborted) await once(signal, 'abort');
      throw signal.reason;
    },
  });
  const [first, second] = [once(arrived, 'run 1'), once(arrived, 'run 2')];
  const { body } = await ask('POST', '/jobs', { function: 'triple', ns: numbers(60) });
  await first;
  const changed = await ask('PATCH', body.url, { slots: 2 });
  assert.deepEqual([changed.status, changed.body.slots], [202, 2]);
  await second;
  assert.deepEqual(waits, [2], 'children of the run before had time to end');
  const cancelled = await ask('DELETE', body.url);
  assert.deepEqual([cancelled.status, cancelled.body.state], [202, 'cancelling']);
  const told = await ended();
  assert.deepEqual([told.state, told.error], ['cancelled', null]);
  assert.deepEqual([told.succeeded + told.missing, told.missing >= 30], [60, true]);
  assert.equal((await ask('DELETE', body.url)).status, 200);
  assert.equal((await ask('GET', `${body.url}/results`)).body.length, told.succeeded);

  open = true;
  await ask('POST', `${body.url}/retry`);
  const whole = await ended();
  assert.deepEqual([whole.state, whole.succeeded, whole.missing], ['done', 60, 0]);
});

test('a job that is cancelled while its slots are being changed is cancelled', async (t) => {
  const steered = Promise.withResolvers<void>();
  const changing = Promise.withResolvers<void>();
  const cancelled = Promise.withResolvers<void>();
  let isChanging = false;
  const { ask, ended } = await startJobs(t, {
    run: async () => {
      await steered.promise;
      return undefined;
    },
    beforePut: async (key) => {
      if (!key.endsWith('/control.json') || isChanging) return;
      isChanging = true;
      changing.resolve();
      await cancelled.promise;
    },
  });
  const { body } = await ask('POST', '/jobs', { function: 'triple', ns: numbers(9) });
  const changed = ask('PATCH', body.url, { slots: 2 });
  await changing.promise;
  assert.equal((await ask('DELETE', body.url)).status, 202);
  cancelled.resolve();
  await changed;
  steered.resolve();
  assert.equal((await ended()).state, 'cancelled');
});

test('a job whose execution died is ended by a cancel, and goes on with a retry', async (t) => {
  let isBroken = true;
  const { ask, ended, runs } = await startJobs(t, { canTurn: () => !isBroken });
  const { body } = await ask('POST', '/jobs', { function: 'triple', ns: numbers(9) });
  await assert.rejects(ended(), /no turn/);
  assert.equal((await ask('GET', body.url)).body.state, 'running');
  isBroken = false;
  assert.equal((await ask('DELETE', body.url)).status, 202);
  assert.deepEqual([(await ended()).state, runs()], ['cancelled', 0]);

  isBroken = true;
  await ask('POST', `${body.url}/retry`);
  await assert.rejects(ended(), /no turn/);
  isBroken = false;
  assert.equal((await ask('POST', `${body.url}/retry`)).status, 202);
  assert.deepEqual([(await ended()).state, runs()], ['done', 1]);
});

test('a job whose list has changed since it began says so, and nothing of options that nobody has given', async (t) => {
  const { ask, ended, manifest, rewrite } = await startJobs(t, {
    run: async (run, { answer, index }) => {
      if (run > 1) return undefined;
      await answer();
      await rm(index);
      await rewrite(`${numbers(5).join('\n')}\n`);
      return { kind: 'failed', error: 'Sandbox.Timedout', cause: 'Task timed out' };
    },
  });
  await ask('POST', '/jobs', { function: 'triple', manifest });
  const { state, error } = await ended();
  assert.deepEqual([state, error?.name], ['failed', 'InvalidRequestError']);
  assert.match(
    error?.message ?? '',
    /^Expected etag ".*", with which job-.* began, found etag .*: the list has changed; start another job$/,
  );
});

test('a job that a stopped host left running goes on with the first retry, and is then running', async (t) => {
  let isBroken = true;
  const gate = Promise.withResolvers<void>();
  const { ask, ended, restart } = await startJobs(t, {
    canTurn: () => !isBroken,
    run: async () => {
      await gate.promise;
      return undefined;
    },
  });
  const { body } = await ask('POST', '/jobs', { function: 'triple', ns: numbers(9) });
  await assert.rejects(ended(), /no turn/);
  restart();
  isBroken = false;
  assert.equal((await ask('POST', `${body.url}/retry`)).status, 202);
  assert.equal((await ask('POST', `${body.url}/retry`)).status, 409);
  gate.resolve();
  assert.equal((await ended()).state, 'done');
});

const refusals = [
  [
    'a function that is none',
    'POST',
    '/jobs',
    { function: 'x', ns: [1] },
    400,
    /expected one of triple, other, orchestrate, received "x"/,
  ],
  [
    'several functions of which one is none',
    'POST',
    '/jobs',
    { function: 'orchestrate', items: ['x'], functions: { labels: 'x' } },
    400,
    /functions\.labels: expected one of triple, other, received "x"/,
  ],
  [
    'an option of one of them that it does not have',
    'POST',
    '/jobs',
    {
      function: 'orchestrate',
      items: ['x'],
      functions: { a: { function: 'triple', options: { colour: 1 } } },
    },
    400,
    /functions\.a: options: unknown colour/,
  ],
  [
    'an option of one of them that objects have their own meaning for',
    'POST',
    '/jobs',
    {
      function: 'orchestrate',
      items: ['x'],
      functions: { a: { function: 'triple', options: { ['__proto__']: 1 } } },
    },
    400,
    /functions\.a: options: unknown __proto__/,
  ],
  [
    'a job of functions that are not named',
    'POST',
    '/jobs',
    { function: 'orchestrate', items: ['x'] },
    400,
    /functions: Invalid input: expected record/,
  ],
  [
    'an option of several that means nothing to a job',
    'POST',
    '/jobs',
    { function: 'orchestrate', items: ['x'], functions: { a: 'triple' }, options: { calls: 2 } },
    400,
    /options\.calls: expected none for a job/,
  ],
  ['a single item', 'POST', '/jobs', { function: 'triple', n: 1 }, 400, /"ns": \[…\]/],
  [
    'an option that a job decides',
    'POST',
    '/jobs',
    { function: 'triple', ns: [], options: { resume: 'x' } },
    400,
    /options\.resume/,
  ],
  [
    'an option that is none',
    'POST',
    '/jobs',
    { function: 'triple', ns: [], options: { colour: 1 } },
    400,
    /unknown colour/,
  ],
  ['an id that is none', 'GET', '/jobs/..%2Fx', undefined, 404, /Expected the id of a job/],
  [
    'a job that is not there',
    'GET',
    '/jobs/job-20260101T000000-00000000',
    undefined,
    404,
    /Expected the id of a job/,
  ],
  ['a route that is none', 'PUT', '/jobs', {}, 404, /Expected one of POST \/jobs/],
  [
    'what only begins like jobs',
    'POST',
    '/jobsfoo',
    { function: 'triple', ns: [1] },
    404,
    /received POST \/jobsfoo/,
  ],
  [
    'a path below a route',
    'POST',
    '/jobs/job-20260101T000000-00000000/retry/x',
    { function: 'triple', ns: [1] },
    404,
    /received POST \/jobs\/job-/,
  ],
  [
    'slots that no control can hold',
    'PATCH',
    '/jobs/job-20260101T000000-00000000',
    { slots: 1e300 },
    400,
    /from 1 to 2\^53 - 1/,
  ],
  ['slots that are none', 'PATCH', '/jobs/job-20260101T000000-00000000', { slots: 0 }, 400, /"slots": n/],
] as const;

for (const [what, method, path, body, status, message] of refusals) {
  test(`${what} is refused as a problem that names it`, async (t) => {
    const { ask } = await startJobs(t);
    const reply = await ask(method, path, body);
    assert.deepEqual([reply.status, reply.headers['content-type']], [status, 'application/problem+json']);
    assert.match(reply.body.detail, message);
  });
}
