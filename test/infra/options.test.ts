import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { checkNames, type Options, optionNames, readOptions } from '../../infra/options.ts';
import { ConfigurationError } from '../../platform/errors.ts';

const read = (context: Readonly<Record<string, unknown>>): Options => readOptions((name) => context[name]);

const refused = (context: Readonly<Record<string, unknown>>, message: RegExp): void =>
  assert.throws(
    () => read(context),
    (error) => error instanceof ConfigurationError && message.test(error.message),
    `${JSON.stringify(context)} should be refused with ${message}`,
  );

test('without context everything has its default', () => {
  assert.deepEqual(read({}), {
    stackName: 'Droste',
    imageBuckets: [],
    imageKeyArns: [],
    reservedConcurrencyOf: [],
    tags: [],
    shift: 'at once',
    alarms: true,
    dashboard: true,
    auth: 'iam',
    streaming: false,
    page: false,
    memoryMb: 1_769,
    timeoutSeconds: 120,
    architecture: 'arm64',
    maxWork: 8,
    parallel: 10,
    slots: 100,
    maxDepth: 8,
    requestsPerSecond: 50,
    requestBurst: 100,
    logRetentionDays: 30,
    removal: 'retain',
  });
});

test('text from the command line and numbers from cdk.json mean the same', () => {
  assert.deepEqual(read({ memoryMb: '512', slots: '7' }), read({ memoryMb: 512, slots: 7 }));
  assert.deepEqual(read({ imageBuckets: 'one-bucket, two-bucket' }).imageBuckets, [
    'one-bucket',
    'two-bucket',
  ]);
  assert.deepEqual(read({ imageBuckets: ['one-bucket'] }).imageBuckets, ['one-bucket']);
});

test('functions of an inbox are JSON on the command line, and may be an object in cdk.json', () => {
  const inboxFunctions = { classify: { topK: 1 }, thumbnail: { size: 256 } };
  const given = { inbox: 's3://photos/', inboxFunctions: JSON.stringify(inboxFunctions) };
  assert.deepEqual(read(given).inboxFunctions, inboxFunctions);
  assert.deepEqual(read({ ...given, inboxFunctions }), read(given));
});

test('an empty value is as good as none', () => {
  assert.deepEqual(read({ model: '', auth: '', slots: '' }), read({}));
});

test('a wrong value is refused with its name, what was expected and what was received', () => {
  refused({ auth: 'open' }, /-c auth: expected iam, jwt, none, received "open"/);
  refused({ architecture: 'x86' }, /-c architecture: expected arm64, x64, received "x86"/);
  refused({ memoryMb: '127' }, /-c memoryMb: expected a whole number from 128 to 10240, received "127"/);
  refused({ timeoutSeconds: '901' }, /-c timeoutSeconds: .* 1 to 900/);
  refused({ logRetentionDays: '31' }, /-c logRetentionDays: expected one of 1, 3, 5, 7, 14, 30/);
  refused({ removal: 'yes' }, /-c removal: expected retain, destroy/);
  refused(
    { imageBuckets: 's3://mine' },
    /-c imageBuckets: expected the name of a bucket, or bucket\/prefix\/ with a slash at its end: no s3:\/\//,
  );
  refused({ imageBuckets: ',' }, /-c imageBuckets: expected at least one/);
  refused({ alarmTopicArn: 'mine' }, /-c alarmTopicArn: expected the ARN of an SNS topic/);
  refused({ inbox: 's3://photos/in' }, /-c inbox: expected s3:\/\/bucket\/prefix\/, with a slash at its end/);
  refused({ inbox: 'photos/in/' }, /-c inbox: expected s3:\/\/bucket\/prefix\//);
  refused({ inboxResults: 's3://photos/out/' }, /-c inboxResults: expected only with inbox/);
  const inbox = 's3://photos/in/';
  for (const inboxFunctions of ['thumbnail', '{}', '{"resize": {}}', '["classify"]', '{"classify": 1}']) {
    refused(
      { inbox, inboxFunctions },
      /-c inboxFunctions: expected functions with their options.*classify, thumbnail/,
    );
  }
  refused(
    { inbox, inboxFunctions: '{"classify": {"topk": 1}}' },
    /-c inboxFunctions: classify: options: unknown topk; expected one of/,
  );
  refused(
    { inbox, inboxFunctions: '{"thumbnail": {}}' },
    /-c inboxFunctions: thumbnail: options: expected one of size, sizes, or width and height, received none of them/,
  );
  refused({ stackName: '1st' }, /-c stackName: expected letters/);
});

test('all wrong values are told of at once', () => {
  refused({ auth: 'open', slots: '0' }, /-c auth: [^\n]*\n-c slots: /);
});

test('a page belongs to auth=jwt: a browser cannot sign as IAM wants it, and nobody is let in without a token', () => {
  for (const auth of ['iam', 'none']) {
    refused(
      { auth, page: 'true' },
      /-c page: expected only with auth=jwt, for a browser has no AWS credentials/,
    );
  }
  assert.ok(read({ auth: 'jwt', jwtIssuer: 'https://issuer.example', jwtAudience: 'a', page: 'true' }).page);
});

test('a token’s issuer and audience belong to auth=jwt, and it to them', () => {
  refused({ auth: 'jwt' }, /-c jwtIssuer: expected with auth=jwt, received none\n-c jwtAudience/);
  refused({ jwtIssuer: 'https://issuer.example' }, /-c jwtIssuer: expected only with auth=jwt/);
  refused(
    { auth: 'jwt', jwtIssuer: 'http://issuer.example', jwtAudience: 'a' },
    /-c jwtIssuer: expected an https/,
  );
  const { jwtAudience } = read({ auth: 'jwt', jwtIssuer: 'https://issuer.example', jwtAudience: 'a,b' });
  assert.deepEqual(jwtAudience, ['a', 'b']);
});

test('a tree does not ask for more than what is reserved', () => {
  assert.equal(read({ reservedConcurrency: '20' }).slots, 20);
  assert.equal(read({ reservedConcurrency: '500' }).slots, 100);
  assert.equal(read({ reservedConcurrency: '0' }).slots, 100);
  refused({ reservedConcurrency: '20', slots: '21' }, /-c slots: expected at most what is reserved \(20\)/);
  refused(
    { reservedConcurrency: '1', provisionedConcurrency: '2' },
    /-c provisionedConcurrency: expected at most/,
  );
});

test('whatever the context holds, it is read or refused by name', () => {
  const value = fc.oneof(fc.string(), fc.integer(), fc.boolean(), fc.constant(null), fc.array(fc.string()));
  fc.assert(
    fc.property(fc.dictionary(fc.constantFrom(...optionNames), value), (context) => {
      try {
        read(context);
      } catch (error) {
        assert.ok(error instanceof ConfigurationError, String(error));
        for (const line of error.message.split('\n')) assert.match(line, /^-c \w+: expected .*, received /s);
      }
    }),
  );
});

test('a name that is misspelled is refused, for its default would be deployed without a word', () => {
  assert.throws(
    () =>
      checkNames({
        memroyMb: '3008',
        memoryMb: '3008',
        '@aws-cdk/core:flag': true,
        'aws:cdk:bundling-stacks': [],
      }),
    (error) =>
      error instanceof ConfigurationError &&
      /^-c memroyMb: expected options of stackName, .*memoryMb/.test(error.message),
  );
  checkNames({ memoryMb: 3008, '@aws-cdk/core:flag': true });
});

test('what belongs together is refused apart', () => {
  refused({ vpcId: 'vpc-12345678' }, /-c vpcId: expected together with subnetIds and securityGroupIds/);
  refused({ shift: 'canary', alarms: 'false' }, /-c shift: expected with alarms=true/);
  refused(
    { reservedConcurrencyOf: 'nobody=5' },
    /-c reservedConcurrencyOf: expected classify, .*thumbnail=20/,
  );
  refused(
    { alarms: 'false', alarmTopicArn: 'arn:aws:sns:eu-west-1:123456789012:alarms' },
    /-c alarmTopicArn: expected with/,
  );
  refused({ tags: 'a=1,a=2' }, /-c tags: expected each name once/);
  refused({ tags: 'aws:x=1' }, /none of them of AWS/);
  refused({ reservedConcurrencyOf: 'thumbnail=2,thumbnail=3' }, /expected each name once/);
  refused(
    { reservedConcurrency: '10', reservedConcurrencyOf: 'classify=5' },
    /expected no classify beside reserved/,
  );
  refused(
    { reservedConcurrencyOf: 'classify=5', provisionedConcurrency: '8' },
    /expected at most what is reserved \(5\)/,
  );
  refused(
    { reservedConcurrencyOf: 'classify=5', slots: '8' },
    /-c slots: expected at most what is reserved \(5\)/,
  );
  assert.equal(read({ reservedConcurrencyOf: 'classify=5' }).slots, 5);
  refused(
    { inbox: 's3://a/in/', inboxFunctions: '{"classify": {"stream": true}}' },
    /classify: expected options of single items, not stream/,
  );
  refused(
    { inbox: 's3://a/in/', inboxFunctions: '{"classify": {"minSuccessful": 1}}' },
    /classify: expected options of single items, not minSuccessful/,
  );
  refused({ imageBuckets: 's3://mine' }, /-c imageBuckets\S*: expected the name of a bucket/);
  refused({ imageBuckets: 'mine/prefix' }, /a slash at its end/);
});
