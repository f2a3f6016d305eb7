import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { pathToFileURL } from 'node:url';
import type { LocalSetup, PageEvent, PageRequest } from '../../view/index.ts';
import { makeFolder, SAMPLES } from './support/droste.ts';
import { startLocal } from './support/local.ts';

describe('what the page asks its host for', () => {
  const undo: (() => unknown)[] = [];
  const t = { after: (step: () => unknown) => void undo.push(step) };
  let local: Awaited<ReturnType<typeof startLocal>>;
  let setup: LocalSetup;
  let folder: string;
  before(async () => {
    folder = makeFolder(t as Parameters<typeof makeFolder>[0]);
    local = await startLocal(t as Parameters<typeof startLocal>[0], { TMPDIR: folder }, 4);
    const html = await (await fetch(local.page)).text();
    const [, data = ''] = /id="data">([^<]*)</.exec(html) ?? [];
    setup = JSON.parse(Buffer.from(data, 'base64').toString());
  });
  after(async () => {
    for (const step of undo.reverse()) await step();
  });

  const post = (path: string, body: string | Buffer<ArrayBuffer>, token = setup.token) =>
    fetch(new URL(path, local.page), { method: 'POST', headers: { 'x-droste-token': token }, body });
  const all: PageRequest = {
    ...{ model: 'basic-colours', maxWork: 2, parallel: 3, slots: 4, faults: [] },
    pictures: readdirSync(SAMPLES)
      .filter((name) => /\.(?:avif|jpg|png|webp)$/.test(name))
      .map((name) => ({ kind: 'sample', name })),
  };
  const eventsOf = async (response: Response): Promise<readonly PageEvent[]> =>
    (await response.text())
      .split('\n\n')
      .flatMap((block) => (block.startsWith('data: ') ? [JSON.parse(block.slice('data: '.length))] : []));
  const run = async (part: Partial<PageRequest> = {}) => {
    const response = await post('/page/runs', JSON.stringify({ ...all, ...part }));
    assert.equal(response.headers.get('content-type'), 'text/event-stream');
    const events = await eventsOf(response);
    const items = events.filter((event) => event.kind === 'item');
    const ended = events.at(-1);
    assert.ok(ended?.kind === 'ended', JSON.stringify(ended));
    return { events, items, run: ended.run };
  };

  it('a run tells of every invocation when it begins and when it ends, and of every picture once', async () => {
    const { events, items, run: whole } = await run();
    assert.equal(events[0]?.kind, 'started');
    assert.deepEqual(
      items.map(({ index }) => index).sort((a, b) => a - b),
      all.pictures.map((_, index) => index),
    );
    const told = Map.groupBy(
      events.filter((event) => event.kind === 'invocation'),
      ({ id }) => id,
    );
    for (const [first, last, ...more] of told.values()) {
      assert.deepEqual(
        [first?.invocation.outcome, last?.invocation.outcome, more],
        ['running', 'answered', []],
      );
    }
    assert.equal(told.size, whole.counts.invocations);
    assert.deepEqual(whole.roots, [events[0]?.kind === 'started' && events[0].rootRequestId]);
    assert.ok(whole.counts.depth >= 2 && whole.invocations.some(({ ownWork }) => ownWork.length > 0));
  });

  it('survives throttles, killed environments and a picture that kills, which alone has no answer', async () => {
    const { items, run: whole, events } = await run({ faults: ['throttle', 'kill', 'poison'] });
    const failed = items.filter(({ item }) => item.error);
    assert.deepEqual(
      failed.map(({ item }) => [item.name, item.error?.name]),
      [[(all.pictures[12] as { name: string }).name, 'ChildInvocationError']],
    );
    assert.equal(items.length, all.pictures.length);
    assert.ok(whole.counts.throttled > 0 && whole.counts.retried > 0);
    const outcomes = new Set(
      events.flatMap((event) => (event.kind === 'invocation' ? event.invocation.outcome : [])),
    );
    assert.deepEqual([...outcomes].sort(), ['answered', 'crashed', 'running', 'throttled']);
  });

  it('has a straggler where it is asked for: one invocation that stands still, and all answers', async () => {
    const { items, events } = await run({ faults: ['straggler'] });
    assert.deepEqual([items.length, items.filter(({ item }) => item.error).length], [all.pictures.length, 0]);
    const spans = events.flatMap((event) => (event.kind === 'invocation' ? [event.invocation.span] : []));
    assert.ok(
      spans.some(([start, end]) => end - start >= 3_900),
      JSON.stringify(spans),
    );
  });

  it('labels a picture that was sent, and says nothing of where it lies', async () => {
    const sent = await post('/page/pictures', readFileSync(join(SAMPLES, 'lemon.jpg')));
    const { id } = (await sent.json()) as { id: string };
    const bad = (await (await post('/page/pictures', 'no picture')).json()) as { id: string };
    const { items } = await run({
      pictures: [
        { kind: 'upload', id, name: 'mine.jpg' },
        { kind: 'upload', id: bad.id, name: '<b>bad' },
      ],
    });
    const byName = new Map(items.map(({ item }) => [item.name, item]));
    assert.equal(byName.get('mine.jpg')?.answers[0]?.tags[0]?.class, 'white');
    assert.equal(byName.get('<b>bad')?.error?.name, 'UnsupportedImageError');
    assert.ok(!JSON.stringify(items).includes(folder));
  });

  it('names no file: only what was sent, samples and https:// addresses', async () => {
    const file = pathToFileURL(join(SAMPLES, 'lemon.jpg')).href;
    for (const [pictures, message] of [
      [[{ kind: 'link', url: file }], /pictures\[0\]: expected an address that begins with https:\/\//],
      [[{ kind: 'link', url: 'http://127.0.0.1:1/x' }], /expected an address that begins with https:/],
      [[{ kind: 'link', url: 's3://bucket/key' }], /expected an address that begins with https:/],
      [[{ kind: 'sample', name: '../package.json' }], /expected one of black-cat\.avif/],
      [[{ kind: 'upload', id: '../../etc/passwd', name: 'x' }], /expected the id of a picture that was sent/],
      [[{ kind: 'file', path: '/etc/passwd' }], /Expected a run/],
      [[], /Expected a run/],
    ] as const) {
      const response = await post('/page/runs', JSON.stringify({ ...all, pictures }));
      assert.equal(response.status, 400);
      assert.match(await response.text(), message);
    }
    assert.match(await (await post('/page/runs', '{')).text(), /Expected a run as JSON/);
    const other = await post('/page/runs', JSON.stringify({ ...all, model: '/etc' }));
    assert.match(await other.text(), /model: expected one of basic-colours, received \\"\/etc\\"/);
    const sample = await fetch(new URL('/page/samples/..%2Fpackage.json', local.page));
    assert.equal(sample.status, 404);
  });

  it('has a token that opens the page’s requests and nothing else', async () => {
    assert.notEqual(setup.token, local.token);
    assert.equal((await post('/classify', '"x"')).status, 401);
    for (const path of ['/page/runs', '/page/pictures', '/page/other']) {
      assert.equal((await post(path, '{}', local.token)).status, 401);
      assert.equal((await post(path, '{}', '')).status, 401);
    }
  });

  it('says who may do what with the document, in its headers', async () => {
    const { headers } = await fetch(local.page);
    const policy = headers.get('content-security-policy') ?? '';
    for (const part of ["default-src 'none'", "connect-src 'self'", "frame-ancestors 'none'", 'sha256-']) {
      assert.ok(policy.includes(part), policy);
    }
    assert.ok(!/script-src[^;]*unsafe/.test(policy), policy);
    assert.equal(headers.get('access-control-allow-origin'), null);
    assert.equal(headers.get('cache-control'), 'no-store');
  });

  it('is not served to another site, by another name or into a frame of somebody else', async () => {
    for (const given of [
      { 'sec-fetch-site': 'cross-site' },
      { 'sec-fetch-site': 'same-site' },
      { origin: 'http://attacker.example' },
      { origin: 'http://127.0.0.1:1' },
    ]) {
      assert.equal((await fetch(local.page, { headers: given })).status, 403, JSON.stringify(given));
    }
    const { port, hostname } = new URL(local.page);
    const socket = connect(Number(port), hostname);
    socket.write(`GET / HTTP/1.1\r\nHost: attacker.example:${port}\r\nConnection: close\r\n\r\n`);
    const [head] = (await once(socket, 'data')) as [Buffer];
    assert.match(head.toString(), /^HTTP\/1\.1 403/);
    socket.destroy();
  });

  it('stops the run of a page that goes away', async () => {
    const abort = new AbortController();
    const response = await fetch(new URL('/page/runs', local.page), {
      method: 'POST',
      headers: { 'x-droste-token': setup.token },
      body: JSON.stringify({ ...all, maxWork: 1, slots: 1 }),
      signal: abort.signal,
    });
    const reader = response.body?.getReader();
    await reader?.read();
    abort.abort();
    // the host is free again for the next one
    assert.equal((await run()).items.length, all.pictures.length);
  });

  it('keeps pictures while it runs, and no longer', async () => {
    await post('/page/pictures', 'some bytes');
    const kept = () => readdirSync(folder).filter((name) => name.startsWith('droste-page-'));
    assert.equal(kept().length, 1);
    local.run.process.kill('SIGINT');
    assert.equal(await local.run.ended, 0);
    assert.deepEqual(kept(), []);
  });
});
