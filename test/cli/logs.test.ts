import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';
import { suite, type TestContext, test } from 'node:test';
import { readInvocation, treeLines } from '../../cli/logs/tree-lines.ts';
import { droste } from './support/droste.ts';

const ROOT = '5b0c4c3e-7a1c-4a4f-9a36-0c5fd8f6a111';

const line = (path: string, more: Readonly<Record<string, unknown>> = {}): string =>
  JSON.stringify({
    ...{ level: 'INFO', message: 'invocation', service: 'classify', rootRequestId: ROOT, path },
    ...{ requestId: `id-${path}`, depth: path.split('.').length - 1, items: 8, failed: 0, errors: {} },
    ...{ cold: false, elapsedMs: 1_234, throttled: 0, takenOver: 0 },
    ...more,
  });

const tree = [
  line('0.10'),
  line('0.2.0', { message: 'invocation stopped', stopped: 'AbortError' }),
  line('0', { items: 1_000, failed: 3, errors: { ImageDecodeError: 2, 'Odd\u001b[31m': 1 }, throttled: 4 }),
  line('0.2', { cold: true }),
];

/** What answers for Lambda and CloudWatch Logs; a page of events for each call. */
const serve = async (t: TestContext, pages: readonly (readonly string[])[]) => {
  const asked: Record<string, unknown>[] = [];
  const server = createServer(async (request, response) => {
    const reply = (body: unknown, status = 200) => {
      response.writeHead(status, { 'content-type': 'application/x-amz-json-1.1' });
      response.end(JSON.stringify(body));
    };
    if (request.method === 'GET') {
      return request.url?.includes('gone')
        ? reply({ __type: 'ResourceNotFoundException', message: 'no such function' }, 404)
        : reply({ FunctionName: 'fn', LoggingConfig: { LogGroup: 'its-logs' } });
    }
    const body = (await json(request)) as Record<string, unknown>;
    asked.push(body);
    const at = Number(body.nextToken ?? 0);
    reply({
      events: (pages[at] ?? []).map((message) => ({ message })),
      ...(at + 1 < pages.length && { nextToken: String(at + 1) }),
    });
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  t.after(() => server.close());
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    asked,
    logs: (...args: readonly string[]) => droste(['logs', ...args, '--endpoint-url', endpoint]),
  };
};

// the SDK reads them of its process
Object.assign(process.env, { AWS_ACCESS_KEY_ID: 'x', AWS_SECRET_ACCESS_KEY: 'x', AWS_REGION: 'eu-west-1' });

suite('droste logs', { concurrency: 2 }, () => {
  test('prints a tree from all pages of a log, each invocation below its parent', async (t) => {
    const { asked, logs } = await serve(t, [tree.slice(0, 2), ['START RequestId: x', ...tree.slice(2)]]);
    const { code, stdout, stderr } = await logs(ROOT, '-f', 'fn', '--since', '2');
    assert.deepEqual([code, stderr], [0, '']);
    assert.equal(
      stdout,
      [
        '0  1,000 items, 1.2 s, 3 failed (ImageDecodeError 2, Odd\u{FFFD}[31m 1), 4 throttled, id-0',
        '  0.2  8 items, 1.2 s, cold, id-0.2',
        '    0.2.0  8 items, 1.2 s, stopped by AbortError, id-0.2.0',
        '  0.10  8 items, 1.2 s, id-0.10',
        '',
      ].join('\n'),
    );
    const [first] = asked;
    assert.equal(first?.logGroupName, 'its-logs');
    assert.equal(first?.filterPattern, `{ $.rootRequestId = "${ROOT}" }`);
    assert.ok(Math.abs(Date.now() - Number(first?.startTime) - 7_200_000) < 600_000);
    const asJson = await logs(ROOT, '-f', 'fn', '--json');
    assert.deepEqual(
      asJson.stdout
        .trim()
        .split('\n')
        .map((text) => JSON.parse(text).path),
      ['0.10', '0.2.0', '0', '0.2'],
    );
  });

  test('says where nothing was found, and how to look further', async (t) => {
    const { logs } = await serve(t, [[]]);
    const { code, stdout, stderr } = await logs(ROOT, '-f', 'fn');
    assert.deepEqual([code, stdout], [1, '']);
    assert.match(stderr, /^no invocation of 5b0c.* in the last 24 hours \(--since says how far back/);
  });

  test('refuses what is no request id, and says what it may not read', async (t) => {
    const { logs } = await serve(t, [[]]);
    const odd = await logs('" || $.x = "', '-f', 'fn');
    assert.deepEqual([odd.code, /expected a root request id/.test(odd.stderr)], [2, true]);
    const gone = await logs(ROOT, '-f', 'gone');
    assert.equal(gone.code, 2);
    assert.match(
      gone.stderr,
      /--function gone: expected logs .* received ResourceNotFoundException: no such function/,
    );
  });
});

test('lines of others are passed over', () => {
  assert.equal(readInvocation('no JSON'), undefined);
  assert.equal(readInvocation('{"message":"invocation","rootRequestId":"x"}'), undefined);
  assert.equal(readInvocation(line('../..')), undefined);
  assert.deepEqual(treeLines([]), []);
});
