import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { createLambdaInvoke } from '../../engine/child/lambda.ts';
import { readRecursionConfig } from '../../engine/config.ts';
import { each, recursive } from '../../engine/index.ts';
import { startSamStandIn } from './stand-in.ts';

const FUNCTION = 'ClassifyFunctionD38D458D';

/** The variables sam local sets, and those of the template it overrides. */
const environment = {
  AWS_SAM_LOCAL: 'true',
  AWS_LAMBDA_FUNCTION_NAME: FUNCTION,
  AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
  FUNCTION_ALIAS: 'live',
  MAX_WORK_PER_REQUEST: '4',
};

const start = async (t: TestContext) => {
  const sam = await startSamStandIn(FUNCTION);
  t.after(sam.close);
  const handler = recursive(
    each((item: unknown) => {
      if (item === 'bad') throw new TypeError('no luck');
      return `hello ${item}`;
    }),
    {
      config: readRecursionConfig(environment),
      invoke: createLambdaInvoke({
        maxSockets: 50,
        endpoint: sam.endpoint,
        region: 'us-east-1',
        credentials: { accessKeyId: 'defaultkey', secretAccessKey: 'defaultsecret' },
      }),
    },
  );
  sam.serve(handler);
  const context = {
    awsRequestId: 'root',
    functionVersion: '$LATEST',
    getRemainingTimeInMillis: () => 30_000,
  };
  return { sam, invoke: (request: unknown) => handler(request, context) };
};

const items = Array.from({ length: 40 }, (_, index) => index);
const answers = items.map((item) => ({ item, results: `hello ${item}` }));

test('a batch recurses under sam local: bare names, no query string, replies checked', async (t) => {
  const { sam, invoke } = await start(t);
  assert.deepEqual(await invoke(items), answers);
  assert.ok(sam.calls.length > 4);
  assert.ok(sam.calls.every((name) => name === FUNCTION));
});

test('a time-out that is plain text is no answer: the items are done all the same', async (t) => {
  const { sam, invoke } = await start(t);
  sam.befall((call) => (call % 3 === 0 ? 'times out' : undefined));
  assert.deepEqual(await invoke(items), answers);
});

test('a crash that is an empty reply is no answer either', async (t) => {
  const { sam, invoke } = await start(t);
  sam.befall((call) => (call === 1 || call === 2 ? 'crashes' : undefined));
  assert.deepEqual(await invoke(items), answers);
});

test('an error of a child is raised by its own name', async (t) => {
  const { invoke } = await start(t);
  await assert.rejects(invoke([...items.slice(0, 30), 'bad']), { name: 'TypeError', message: 'no luck' });
});
