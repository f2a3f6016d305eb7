import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { readFunctionName } from '../../cli/function-name.ts';
import { INLINE_MAX_BYTES, sendFiles } from '../../cli/run/send-files.ts';
import { startLocalHost } from '../../local/index.ts';
import { createMemoryStore } from '../../platform/storage/memory-store.ts';
import { droste, SAMPLES } from './support/droste.ts';

// the SDK reads them of its process
Object.assign(process.env, { AWS_ACCESS_KEY_ID: 'test', AWS_SECRET_ACCESS_KEY: 'test' });

const arn = 'arn:aws:lambda:eu-west-1:123456789012:function:droste-classify';

test('a function is named by name or ARN, with or without qualifier', () => {
  assert.deepEqual(readFunctionName('droste'), { functionName: 'droste', qualifier: 'live' });
  assert.deepEqual(readFunctionName('droste:7'), { functionName: 'droste', qualifier: '7' });
  assert.deepEqual(readFunctionName(arn), { functionName: arn, qualifier: 'live' });
  assert.deepEqual(readFunctionName(`${arn}:beta`), { functionName: arn, qualifier: 'beta' });
  for (const wrong of ['', 'two words', 'a:b:c', 'arn:aws:s3:::bucket']) {
    assert.throws(() => readFunctionName(wrong), {
      name: 'InvalidRequestError',
      message: `--function: expected a name, name:alias or ARN, received ${JSON.stringify(wrong)}`,
    });
  }
});

test('small files travel in the request, large ones are uploaded once by content, the rest stays as it is', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'droste-send-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const large = Buffer.alloc(INLINE_MAX_BYTES + 1, 7);
  for (const [name, content] of [
    ['small.png', Buffer.from('small')],
    ['large.JPG', large],
    ['again.JPG', large],
  ] as const) {
    writeFileSync(join(folder, name), content);
  }
  const references = [
    ...['small.png', 'large.JPG', 'again.JPG', 'missing.png'].map(
      (name) => pathToFileURL(join(folder, name)).href,
    ),
    'https://example.com/x.jpg',
  ];
  const store = createMemoryStore();
  const result = await sendFiles(
    references.map((reference) => ({ reference, shown: reference })),
    async () => store,
    new AbortController().signal,
  );
  assert.equal(result[0], `data:image/x-unknown;base64,${Buffer.from('small').toString('base64')}`);
  assert.match(String(result[1]), /^memory:uploads\/[0-9a-f]{64}\.jpg$/);
  assert.equal(result[2], result[1]);
  assert.deepEqual(result.slice(3), references.slice(3));
  assert.deepEqual(
    (await store.list('uploads/')).map(({ key }) => key),
    [String(result[1]).slice('memory:'.length)],
  );
});

test('options of the local host and of a deployed function do not mix', async () => {
  for (const [args, expected] of [
    [['--function', 'f', '--model', 'm'], /--model is of the local host: leave it out with --function/],
    [['--function', 'f', '--concurrency', '3'], /--concurrency is of the local host/],
    [['--function', 'f', '--memory', '512'], /--memory is of the local host/],
    [
      ['--endpoint-url', 'http://127.0.0.1:1'],
      /--endpoint-url is of a deployed function: it takes --function/,
    ],
  ] as const) {
    const { code, stderr } = await droste(['classify', ...args, 'a.jpg']);
    assert.equal(code, 2);
    assert.match(stderr, expected);
  }
});

test('a function that cannot be reached is said before anything is sent', async () => {
  const nowhere = ['--endpoint-url', 'http://127.0.0.1:9', '--region', 'us-east-1'];
  const { code, stderr } = await droste(['classify', '--function', 'nobody', ...nowhere, 'a.jpg']);
  assert.equal(code, 2);
  assert.match(stderr, /--function nobody:live: expected a function that can be called from here/);
  assert.match(stderr, /AliasArn/);
});

test('droste calls droste: a function of a local host is as good as a deployed one', async (t) => {
  const classify = new URL('../../functions/classify/handler.ts', import.meta.url).href;
  const environment = { FUNCTION_ALIAS: 'live', INFERENCE_THREADS: '1' };
  const host = await startLocalHost({
    functions: [
      { name: 'classify', module: classify, environment },
      // never called: what it calls is
      { name: 'both', module: classify, environment: { FUNCTIONS: 'classify=classify:live' } },
    ],
    concurrency: 2,
  });
  t.after(host.close);
  const where = ['--endpoint-url', host.endpoint, '--region', 'us-east-1'];
  const args = ['classify', join(SAMPLES, 'lemon.jpg'), '--function', 'classify', ...where, '--json'];
  const { code, stdout } = await droste(args);
  assert.equal(code, 0);
  assert.match(stdout, /"class":"white"/);

  const several = [
    'run',
    'orchestrate',
    join(SAMPLES, 'lemon.jpg'),
    '--function',
    'both',
    ...where,
    '--json',
  ];
  const env = { AWS_ACCESS_KEY_ID: 'test', AWS_SECRET_ACCESS_KEY: 'test' };
  const both = await droste([...several, '-O', 'labels=classify', '-O', 'more=classify'], { env });
  assert.deepEqual([both.code, both.stdout.match(/"class":"white"/g)?.length], [0, 2]);
  const thumbs = 'thumbs={"function":"thumbnail","options":{"size":20}}';
  const none = await droste([...several, '-O', thumbs], { env });
  assert.match(none.stderr, /--function both: expected one of classify, for a call of thumbnail/);
});
