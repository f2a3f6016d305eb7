import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { type TestContext, test } from 'node:test';
import { promisify } from 'node:util';
import {
  GetAccountSettingsCommand,
  GetAliasCommand,
  GetFunctionCommand,
  GetFunctionConcurrencyCommand,
  GetFunctionConfigurationCommand,
  LambdaClient,
  ListAliasesCommand,
  ListFunctionsCommand,
  ListVersionsByFunctionCommand,
} from '@aws-sdk/client-lambda';
import { handlerUrl, startTestHost } from './support/local.ts';

const module = handlerUrl('echo.ts');
const ARN = 'arn:aws:lambda:us-east-1:123456789012:function:echo';

const start = async (t: TestContext) => {
  const environment = {
    TOP_K: '3',
    AWS_ACCESS_KEY_ID: 'own',
    AWS_SECRET_ACCESS_KEY: 'own',
    AWS_SESSION_TOKEN: 'own',
  };
  const echo = { name: 'echo', module, environment, memoryMb: 512, timeoutMs: 1_500, reservedConcurrency: 1 };
  const host = await startTestHost(t, [echo, { name: 'other', module }], 3);
  const client = new LambdaClient({ ...host.connection, maxAttempts: 1 });
  t.after(() => client.destroy());
  return { host, client };
};

test('a function’s configuration is told by every name it has, without anybody’s credentials', async (t) => {
  const { client } = await start(t);
  for (const [FunctionName, Qualifier, arn, version] of [
    ['echo', undefined, ARN, '$LATEST'],
    ['echo', 'live', `${ARN}:live`, '1'],
    ['echo:1', undefined, `${ARN}:1`, '1'],
    [`${ARN}:live`, undefined, `${ARN}:live`, '1'],
  ] as const) {
    const told = await client.send(new GetFunctionConfigurationCommand({ FunctionName, Qualifier }));
    assert.equal(told.FunctionArn, arn);
    assert.equal(told.Version, version);
    assert.equal(told.FunctionName, 'echo');
    assert.equal(told.MemorySize, 512);
    assert.equal(told.Timeout, 2);
    assert.equal(told.Handler, 'echo.handler');
    assert.deepEqual(told.Environment?.Variables, { TOP_K: '3' });
  }
});

test('a function’s versions and aliases follow its publications', async (t) => {
  const { host, client } = await start(t);
  host.publishVersion('echo', { environment: { TOP_K: '4' } });
  host.moveAlias('echo', 'beta', '2');
  const { Versions } = await client.send(new ListVersionsByFunctionCommand({ FunctionName: 'echo' }));
  assert.deepEqual(
    Versions?.map(({ FunctionArn, Environment }) => [FunctionArn, Environment?.Variables?.TOP_K]),
    [
      [`${ARN}:$LATEST`, '4'],
      [`${ARN}:1`, '3'],
      [`${ARN}:2`, '4'],
    ],
  );
  const live = { AliasArn: `${ARN}:live`, Name: 'live', FunctionVersion: '1' };
  const beta = { AliasArn: `${ARN}:beta`, Name: 'beta', FunctionVersion: '2' };
  const all = await client.send(new ListAliasesCommand({ FunctionName: 'echo' }));
  assert.deepEqual(all.Aliases, [live, beta]);
  const some = await client.send(new ListAliasesCommand({ FunctionName: 'echo', FunctionVersion: '2' }));
  assert.deepEqual(some.Aliases, [beta]);
  const { $metadata, ...one } = await client.send(
    new GetAliasCommand({ FunctionName: 'echo', Name: 'live' }),
  );
  assert.deepEqual(one, live);
  assert.equal($metadata.httpStatusCode, 200);
});

test('functions, their code and the concurrency are told as they are', async (t) => {
  const { client } = await start(t);
  const { Functions } = await client.send(new ListFunctionsCommand({}));
  assert.deepEqual(
    Functions?.map(({ FunctionName }) => FunctionName),
    ['echo', 'other'],
  );
  const { Configuration, Code, Concurrency } = await client.send(
    new GetFunctionCommand({ FunctionName: 'echo:live' }),
  );
  assert.equal(Configuration?.Version, '1');
  assert.equal(Code?.Location, module);
  assert.deepEqual(Concurrency, { ReservedConcurrentExecutions: 1 });
  for (const [FunctionName, reserved] of [
    ['echo', 1],
    ['other', undefined],
  ] as const) {
    const told = await client.send(new GetFunctionConcurrencyCommand({ FunctionName }));
    assert.equal(told.ReservedConcurrentExecutions, reserved);
  }
  const { AccountLimit } = await client.send(new GetAccountSettingsCommand({}));
  assert.equal(AccountLimit?.ConcurrentExecutions, 3);
  assert.equal(AccountLimit?.UnreservedConcurrentExecutions, 2);
});

test('what is not there is not found, by its ARN', async (t) => {
  const { client } = await start(t);
  for (const [command, missing] of [
    [new GetFunctionConfigurationCommand({ FunctionName: 'nobody' }), 'nobody'],
    [new GetFunctionCommand({ FunctionName: 'echo', Qualifier: '9' }), 'echo:9'],
    [new GetAliasCommand({ FunctionName: 'echo', Name: 'beta' }), 'echo:beta'],
    [new ListAliasesCommand({ FunctionName: 'nobody' }), 'nobody'],
  ] as const) {
    await assert.rejects(client.send(command as GetFunctionCommand), {
      name: 'ResourceNotFoundException',
      message: `Function not found: arn:aws:lambda:us-east-1:123456789012:function:${missing}`,
    });
  }
  await assert.rejects(client.send(new GetFunctionCommand({ FunctionName: 'a b' })), {
    name: 'InvalidParameterValueException',
  });
});

const run = promisify(execFile);
const version = await run('aws', ['--version']).then(
  ({ stdout }) => stdout,
  () => undefined,
);

test('the AWS CLI is at home', { skip: version === undefined && 'no aws here' }, async (t) => {
  const { host } = await start(t);
  const aws = async (...args: readonly string[]): Promise<unknown> => {
    const where = [
      '--endpoint-url',
      host.endpoint,
      '--region',
      'us-east-1',
      '--no-sign-request',
      '--output',
      'json',
    ];
    return JSON.parse((await run('aws', ['lambda', ...args, ...where])).stdout || 'null');
  };
  const named = ['--function-name', 'echo'];
  for (const [args, told] of [
    [['list-functions'], /"FunctionName":"other"/],
    [['get-function', ...named, '--qualifier', 'live'], /"Version":"1"/],
    [['get-function-configuration', ...named], /"MemorySize":512/],
    [['list-versions-by-function', ...named], /"Version":"1"/],
    [['list-aliases', ...named], /"Name":"live"/],
    [['get-alias', ...named, '--name', 'live'], /"FunctionVersion":"1"/],
  ] as const) {
    assert.match(JSON.stringify(await aws(...args)), told, args[0]);
  }
  const invoked = await aws(
    'invoke',
    ...named,
    '--payload',
    'eyJhIjoxfQ==',
    '--cli-binary-format',
    'raw-in-base64-out',
    '/dev/null',
  ).catch(() => aws('invoke', ...named, '--payload', '{"a":1}', '/dev/null'));
  assert.deepEqual(invoked, { StatusCode: 200, ExecutedVersion: '$LATEST' });
});
