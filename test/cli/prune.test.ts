import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { type TestContext, test } from 'node:test';
import fc from 'fast-check';
import { judgeModels, judgeVersions } from '../../cli/prune/rule.ts';
import { runPrune } from '../../cli/prune/run.ts';
import type { Terminal } from '../../cli/terminal.ts';

const small = fc.integer({ min: 1, max: 12 });
const known = fc.record({
  published: fc.array(fc.integer({ min: 0, max: 20 }), { maxLength: 12 }),
  aliased: fc.array(small, { maxLength: 3 }),
  ran: fc.array(small, { maxLength: 3 }),
  keep: fc.integer({ min: 1, max: 4 }),
  sinceMs: fc.integer({ min: 0, max: 20 }),
});

test('a version goes only if no alias leads to it, it is old, has not run of late and is none of the newest', () => {
  fc.assert(
    fc.property(known, ({ published, aliased, ran, keep, sinceMs }) => {
      const versions = published.map((publishedMs, at) => ({ version: String(at + 1), publishedMs }));
      const judged = judgeVersions(versions, {
        aliases: new Map(aliased.map((version) => [String(version), ['live']])),
        ran: new Set(ran.map(String)),
        keep,
        sinceMs,
      });
      assert.equal(judged.length, versions.length);
      for (const { thing, stays } of judged) {
        const number = Number(thing.version);
        const isNeeded =
          aliased.includes(number) ||
          ran.includes(number) ||
          thing.publishedMs >= sinceMs ||
          number > versions.length - keep;
        assert.equal(stays !== undefined, isNeeded, `version ${number}`);
      }
    }),
  );
  const unread = [
    { version: '1', publishedMs: Number.NaN },
    { version: '2', publishedMs: 0 },
  ];
  const nothing = { aliases: new Map(), ran: new Set<string>(), keep: 1, sinceMs: 9 };
  assert.ok(
    judgeVersions(unread, nothing).every(({ stays }) => stays),
    'who cannot tell when keeps it',
  );
});

test('a model stays by its whole prefix, and in its own bucket', () => {
  const folder = { prefix: 'models/00000000000000aa/', keys: [], bytes: 1, putMs: 5 };
  const fate = (named: readonly string[], sinceMs: number) =>
    judgeModels([folder], named, { bucket: 'b', sinceMs })[0]?.stays;
  assert.equal(fate(['s3://b/models/00000000000000aa/cats'], 9), 'a version names it');
  assert.equal(
    fate(['s3://b/models/00000000000000a/cats', 's3://c/models/00000000000000aa/cats'], 9),
    undefined,
  );
  assert.equal(fate([], 5), 'put of late');
});

const DAY_MS = 86_400_000;
const daysAgo = (days: number) => new Date(Date.now() - days * DAY_MS);

interface Stack {
  readonly retentionInDays?: number;
  /** What Lambda says of a removal. */
  readonly refuses?: string;
}

/** What answers for Lambda, CloudWatch Logs and S3: seven versions, two models. */
const serve = async (t: TestContext, { retentionInDays = 30, refuses = '' }: Stack = {}) => {
  const asked: string[] = [];
  const digest = (letter: string) => letter.repeat(16);
  const configuration = (version: string, daysOld: number, model: string) => ({
    FunctionName: 'fn',
    Version: version,
    LastModified: daysAgo(daysOld).toISOString().replace('Z', '+0000'),
    LoggingConfig: { LogGroup: version === '4' ? 'its-logs-before' : 'its-logs' },
    Environment: {
      Variables: { MODELS_URI: 's3://b/models/pushed', MODEL: `s3://b/models/${digest(model)}/m` },
    },
  });
  const versions = [
    configuration('$LATEST', 0, 'c'),
    ...[1, 2, 3, 4, 5, 6, 7].map((version) =>
      configuration(String(version), 100 - version, version === 1 || version === 3 ? 'a' : 'c'),
    ),
  ];
  const streams = [
    { logStreamName: '2026/11/20/[$LATEST]aa', lastEventTimestamp: Date.now() },
    { logStreamName: '2026/10/01/[3]cc', lastEventTimestamp: daysAgo(9).getTime() },
  ];
  const streamsBefore = [{ logStreamName: '2026/11/20/fn[4]bb', creationTime: Date.now() }];
  const objects = [
    'models/pushed/mine/m.onnx',
    `models/${digest('a')}/m/m.onnx`,
    `models/${digest('c')}/m/m.onnx`,
  ];
  const listed = objects
    .map(
      (key) =>
        `<Contents><Key>${key}</Key><Size>9</Size><LastModified>${daysAgo(90).toISOString()}</LastModified></Contents>`,
    )
    .join('');
  const server = createServer(async (request, response) => {
    const { method = '', url = '' } = request;
    const body = await text(request);
    const operation = String(request.headers['x-amz-target'] ?? '').replace('Logs_20140328.', '');
    const { pathname, searchParams } = new URL(url, 'http://x');
    const json = (value: unknown, status = 200) => {
      response.writeHead(status, { 'content-type': 'application/json' });
      response.end(JSON.stringify(value));
    };
    if (operation === 'DescribeLogGroups')
      return json({ logGroups: [{ logGroupName: JSON.parse(body).logGroupNamePrefix, retentionInDays }] });
    if (operation === 'DescribeLogStreams') {
      const isBefore = JSON.parse(body).logGroupName === 'its-logs-before';
      return json({ logStreams: isBefore ? streamsBefore : streams });
    }
    if (pathname.endsWith('/versions')) return json({ Versions: versions });
    if (pathname.endsWith('/aliases')) {
      const routed = { AdditionalVersionWeights: { 2: 0.1 } };
      return json({ Aliases: [{ Name: 'live', FunctionVersion: '7', RoutingConfig: routed }] });
    }
    if (method === 'GET') {
      response.writeHead(200, { 'content-type': 'application/xml' });
      return response.end(`<ListBucketResult>${listed}</ListBucketResult>`);
    }
    if (method === 'DELETE') {
      const version = searchParams.get('Qualifier');
      if (version === refuses) return json({ __type: 'ResourceConflictException', message: 'an alias' }, 409);
      asked.push(`version ${version}`);
      return json({}, 204);
    }
    asked.push(...[...body.matchAll(/<Key>([^<]+)/g)].map(([, key = '']) => key));
    response.writeHead(200, { 'content-type': 'application/xml' });
    response.end('<DeleteResult/>');
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  t.after(() => server.close());
  const before = { ...process.env };
  Object.assign(process.env, { AWS_ACCESS_KEY_ID: 'x', AWS_SECRET_ACCESS_KEY: 'x' });
  t.after(() => {
    process.env = before;
  });
  const endpointUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const lines: string[] = [];
  const stdout = { write: (line: string) => lines.push(line.trimEnd()) };
  const prune = (more: { readonly dryRun?: boolean; readonly days?: number } = {}) =>
    runPrune({ function: 'fn', keep: 2, days: 8, dryRun: false, region: 'eu-west-1', endpointUrl, ...more }, {
      stdout,
    } as unknown as Terminal);
  return { asked, lines, prune, digest };
};

test('prune removes what nothing speaks for, says why all else stays, and with --dry-run only says', async (t) => {
  const { asked, lines, prune, digest } = await serve(t);
  assert.equal(await prune({ dryRun: true }), 0);
  assert.deepEqual(asked, []);
  const fates = lines.map((line) => line.split('  ')[1]);
  assert.deepEqual(fates.slice(0, 9), [
    'stays: live',
    'stays: one of the newest 2',
    'would go',
    'stays: has run of late',
    'would go',
    'stays: live',
    'would go',
    'would go',
    'stays: a version names it',
  ]);
  assert.match(lines.at(-1) ?? '', /^nothing removed; without --dry-run .* 3 versions of 7, 1 model of 2$/);

  assert.equal(await prune(), 0);
  assert.deepEqual(asked, ['version 5', 'version 3', 'version 1', `models/${digest('a')}/m/m.onnx`]);
});

test('prune removes nothing on the word of a log that does not go back so far', async (t) => {
  const { asked, prune } = await serve(t, { retentionInDays: 7 });
  await assert.rejects(prune(), { name: 'ConfigurationError', message: /its-logs keeps 7/ });
  assert.deepEqual(asked, []);
});

test('prune stops where AWS refuses, and says where', async (t) => {
  const { asked, prune } = await serve(t, { refuses: '3' });
  await assert.rejects(prune(), {
    message: /everything that goes to be removed, received ResourceConflictException/,
  });
  assert.deepEqual(asked, ['version 5']);
});
