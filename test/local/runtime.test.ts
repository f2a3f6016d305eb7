import assert from 'node:assert/strict';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { startLocalHost } from '../../local/index.ts';
import { handlerUrl, startTestHost } from './support/local.ts';

const module = handlerUrl('echo.ts');
const folder = dirname(fileURLToPath(module));

test('the environment is Lambda’s: its variables, its folder, and nothing of the developer’s AWS set-up', async (t) => {
  const host = await startLocalHost({
    concurrency: 1,
    functions: [{ name: 'echo', module: fileURLToPath(module), memoryMb: 512, environment: { TOP_K: '3' } }],
    inherited: {
      PATH: process.env.PATH,
      AWS_PROFILE: 'production',
      AWS_ACCESS_KEY_ID: 'real',
      AWS_SESSION_TOKEN: 'real',
      AWS_ENDPOINT_URL: 'http://elsewhere',
      AWS_SAM_LOCAL: 'true',
      TOP_K: '5',
    },
  });
  t.after(host.close);
  const reply = await host.invoke('echo:live', '{}');
  assert.ok(reply.kind === 'executed');
  const { variables, cwd, ipc } = JSON.parse(reply.payload.toString());
  const { _X_AMZN_TRACE_ID, AWS_LAMBDA_LOG_STREAM_NAME, PATH, ...others } = variables;
  assert.deepEqual(others, {
    AWS_ACCESS_KEY_ID: 'local',
    AWS_SECRET_ACCESS_KEY: 'local',
    AWS_DEFAULT_REGION: 'us-east-1',
    AWS_REGION: 'us-east-1',
    AWS_ENDPOINT_URL_LAMBDA: host.endpoint,
    AWS_ENDPOINT_URL_SFN: host.endpoint,
    AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs24.x',
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: '512',
    AWS_LAMBDA_FUNCTION_NAME: 'echo',
    AWS_LAMBDA_FUNCTION_VERSION: '1',
    AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand',
    AWS_LAMBDA_LOG_GROUP_NAME: '/aws/lambda/echo',
    LAMBDA_TASK_ROOT: folder,
    LANG: 'en_US.UTF-8',
    TOP_K: '3',
    TZ: ':UTC',
    _HANDLER: 'echo.handler',
  });
  assert.equal(PATH, process.env.PATH);
  assert.match(_X_AMZN_TRACE_ID, /^Root=.*;Lineage=1:[0-9a-f]{8}:0$/);
  assert.match(AWS_LAMBDA_LOG_STREAM_NAME, /^\d{4}\/\d\d\/\d\d\/\[1\][0-9a-f]{32}$/);
  assert.equal(cwd, folder);
  assert.equal(ipc, 'undefined');
});

test('an environment keeps what it compiled where the host says, for the ones after it, though it is killed', async (t) => {
  const cache = await mkdtemp(join(tmpdir(), 'droste-compiled-'));
  t.after(() => rm(cache, { recursive: true, force: true }));
  const host = await startLocalHost({
    concurrency: 1,
    functions: [{ name: 'echo', module: fileURLToPath(module) }],
    inherited: { PATH: process.env.PATH, NODE_COMPILE_CACHE: cache },
  });
  t.after(host.close);
  assert.equal((await host.invoke('echo:live', '{}')).kind, 'executed');
  await host.close();
  assert.notEqual((await readdir(cache, { recursive: true })).length, 0);
});

test('a function’s own credentials, region and endpoint win over the defaults', async (t) => {
  const environment = {
    AWS_ACCESS_KEY_ID: 'own',
    AWS_REGION: 'eu-west-1',
    AWS_ENDPOINT_URL_LAMBDA: 'http://127.0.0.1:9',
    AWS_ENDPOINT_URL_SFN: 'http://127.0.0.1:9',
    AWS_LAMBDA_FUNCTION_NAME: 'not yours to set',
  };
  const host = await startTestHost(t, [{ name: 'echo', module, environment }], 1);
  const { variables, context } = (await host.send({})).payload;
  assert.equal(variables.AWS_ACCESS_KEY_ID, 'own');
  assert.equal(variables.AWS_REGION, 'eu-west-1');
  assert.equal(variables.AWS_ENDPOINT_URL_LAMBDA, 'http://127.0.0.1:9');
  assert.equal(variables.AWS_LAMBDA_FUNCTION_NAME, 'echo');
  assert.equal(context.invokedFunctionArn, 'arn:aws:lambda:eu-west-1:123456789012:function:echo');
});

test('the context has what the Node.js 24 runtime gives', async (t) => {
  const host = await startTestHost(t, [{ name: 'echo', module, timeoutMs: 60_000 }], 1);
  const { context, contextKeys, remainingMs, variables } = (await host.send({ FunctionName: 'echo:live' }))
    .payload;
  assert.deepEqual(contextKeys.sort(), [
    'awsRequestId',
    'clientContext',
    'functionName',
    'functionVersion',
    'getRemainingTimeInMillis',
    'identity',
    'invokedFunctionArn',
    'logGroupName',
    'logStreamName',
    'memoryLimitInMB',
    'tenantId',
    'xRayTraceId',
  ]);
  assert.equal(context.functionName, 'echo');
  assert.equal(context.functionVersion, '1');
  assert.equal(context.invokedFunctionArn, 'arn:aws:lambda:us-east-1:123456789012:function:echo:live');
  assert.equal(context.memoryLimitInMB, '1769');
  assert.equal(context.xRayTraceId, variables._X_AMZN_TRACE_ID);
  assert.equal(context.logStreamName, variables.AWS_LAMBDA_LOG_STREAM_NAME);
  assert.ok(remainingMs > 0 && remainingMs <= 60_000);
});

test('a CommonJS module runs too', async (t) => {
  const host = await startTestHost(t, [{ name: 'common', module: handlerUrl('common.cts') }], 1);
  assert.equal((await host.send({})).payload, 'from CommonJS');
});

test('functions Lambda would refuse are refused, by name and by field', async () => {
  for (const [wrong, message] of [
    [{ name: 'a b' }, /Expected name of function "a b" to be 1 to 64 letters/],
    [
      { module: './here.ts' },
      /Expected module of function "fn" to be an absolute path .* received "\.\/here\.ts"/,
    ],
    [{ memoryMb: 127 }, /Expected memoryMb .* from 128 to 10240, received 127/],
    [{ timeoutMs: 900_001 }, /Expected timeoutMs .* received 900001/],
    [{ alias: '7' }, /Expected an alias of letters/],
    [
      { reservedConcurrency: 3 },
      /Expected concurrency to be an integer from 3 up \(3 reserved .* received 2/,
    ],
  ] as const) {
    const functions = [{ name: 'fn', module, ...wrong }];
    await assert.rejects(startLocalHost({ functions, concurrency: 2 }), {
      name: 'InvalidRequestError',
      message,
    });
  }
  const twice = { name: 'fn', module };
  await assert.rejects(startLocalHost({ functions: [twice, twice] }), { message: /received fn twice/ });
});
