import assert from 'node:assert/strict';
import { globSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { Port, Vpc } from 'aws-cdk-lib/aws-ec2';
import { ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Code, LayerVersion } from 'aws-cdk-lib/aws-lambda';
import { Bucket } from 'aws-cdk-lib/aws-s3';
import { SelfRecursiveFunction, type SelfRecursiveFunctionProps } from '../../infra/constructs/index.ts';
import { startLocalHost } from '../../local/index.ts';
import { newApp } from './support/new-app.ts';

const folder = mkdtempSync(join(tmpdir(), 'droste-construct-'));
after(() => rmSync(folder, { recursive: true, force: true }));

const entry = fileURLToPath(new URL('./handlers/upper-case.ts', import.meta.url));

/** Synthesises one function, with bundling where the code is an entry. */
const synthesise = (
  props: (stack: Stack) => SelfRecursiveFunctionProps,
  use: (fn: SelfRecursiveFunction, stack: Stack) => void = () => {},
) => {
  const app = newApp({ outdir: mkdtempSync(join(folder, 'out-')) });
  const stack = new Stack(app, 'Test', { env: { region: 'eu-west-1', account: '123456789012' } });
  use(new SelfRecursiveFunction(stack, 'Hash', props(stack)), stack);
  return { app, stack, template: Template.fromStack(stack) };
};

const bundled = (more: SelfRecursiveFunctionProps = {}) => ({
  code: Code.fromInline('exports.handler = () => {}'),
  ...more,
});

test('an entry and nothing else makes a function that invokes itself, and its bundle does', async () => {
  const { app, template } = synthesise(() => ({ entry }));
  template.hasResourceProperties('AWS::Lambda::Function', {
    Runtime: 'nodejs24.x',
    Architectures: ['arm64'],
    MemorySize: 1_769,
    Timeout: 120,
    Handler: 'index.handler',
    RecursiveLoop: 'Terminate',
    Environment: { Variables: { FUNCTION_ALIAS: 'live', AWS_ENDPOINT_URL_LAMBDA: '' } },
  });
  template.resourceCountIs('AWS::Lambda::Alias', 1);
  template.resourceCountIs('AWS::CloudWatch::Alarm', 4);
  template.hasResourceProperties('AWS::CloudWatch::Alarm', {
    MetricName: 'ConcurrentExecutions',
    Threshold: 200,
  });

  app.synth();
  const module = globSync('asset.*/index.mjs', { cwd: app.outdir })[0] ?? assert.fail('expected a bundle');
  let invocations = 0;
  const host = await startLocalHost({
    functions: [
      {
        name: 'hash',
        module: join(app.outdir, module),
        environment: { FUNCTION_ALIAS: 'live', MAX_WORK_PER_REQUEST: '1' },
      },
    ],
    concurrency: 4,
    observe: (event) => {
      if (event.kind === 'invocation ended') invocations += 1;
    },
  });
  try {
    const request = { items: ['a', 'b', 'c', 'd'], options: {} };
    const reply = await host.invoke('hash', JSON.stringify(request), { qualifier: 'live' });
    assert.ok(reply.kind === 'executed' && !reply.functionError, JSON.stringify(reply));
    const { results, summary } = JSON.parse(reply.payload.toString());
    assert.deepEqual(
      results.map((one: { results: string }) => one.results),
      ['A', 'B', 'C', 'D'],
    );
    // seen by the host: children were invoked by the SDK inside the bundle, which asks for a require
    assert.equal(invocations, summary.invocations);
    assert.ok(invocations > 1);
    assert.equal(summary.retried, 0);
  } finally {
    await host.close();
  }
});

test('W, P, S, depth and the store are variables, and the store may be used', () => {
  const { template } = synthesise((stack) =>
    bundled({
      maxWork: 4,
      parallel: 5,
      slots: 30,
      maxDepth: 3,
      store: { bucket: new Bucket(stack, 'Bucket'), prefix: 'aside' },
      environment: { OWN: 'value' },
    }),
  );
  template.hasResourceProperties('AWS::Lambda::Function', {
    Environment: {
      Variables: Match.objectLike({
        MAX_WORK_PER_REQUEST: '4',
        NUM_PARALLEL_REQUESTS: '5',
        MAX_SLOTS: '30',
        MAX_DEPTH: '3',
        STORE: { 'Fn::Join': ['', ['s3://', { Ref: Match.stringLikeRegexp('Bucket') }, '/aside/']] },
        OWN: 'value',
      }),
    },
  });
  template.hasResourceProperties('AWS::CloudWatch::Alarm', {
    MetricName: 'ConcurrentExecutions',
    Threshold: 60,
  });
  template.hasResourceProperties('AWS::IAM::Policy', {
    PolicyDocument: {
      Statement: Match.arrayWith([
        Match.objectLike({ Action: ['s3:GetObject', 's3:PutObject'] }),
        Match.objectLike({
          Action: 's3:ListBucket',
          Condition: { StringLike: { 's3:prefix': 'aside/*' } },
        }),
      ]),
    },
  });
});

test('others may be let to invoke it, it may be granted things, and told more', () => {
  const { template } = synthesise(
    () => bundled(),
    (fn, stack) => {
      fn.grantInvoke(new ServicePrincipal('events.amazonaws.com'));
      new Bucket(stack, 'Pictures').grantRead(fn);
      fn.addEnvironment('LATER', 'yes');
    },
  );
  template.hasResourceProperties('AWS::Lambda::Permission', {
    Action: 'lambda:InvokeFunction',
    FunctionName: { Ref: Match.stringLikeRegexp('Alias') },
    Principal: 'events.amazonaws.com',
  });
  template.hasResourceProperties('AWS::IAM::Policy', {
    PolicyDocument: {
      Statement: Match.arrayWith([Match.objectLike({ Action: Match.arrayWith(['s3:List*']) })]),
    },
  });
  template.hasResourceProperties('AWS::Lambda::Function', {
    Environment: { Variables: Match.objectLike({ LATER: 'yes' }) },
  });
});

test('it may be in a VPC, where it has network interfaces and connections, and have layers', () => {
  const arn = 'arn:aws:lambda:eu-west-1:123456789012:layer:some:1';
  const { template } = synthesise(
    (stack) =>
      bundled({
        vpc: new Vpc(stack, 'Vpc', { maxAzs: 1 }),
        layers: [LayerVersion.fromLayerVersionArn(stack, 'Layer', arn)],
      }),
    (fn) => fn.connections.allowToAnyIpv4(Port.tcp(443)),
  );
  template.hasResourceProperties('AWS::Lambda::Function', {
    Layers: [arn],
    VpcConfig: { SubnetIds: Match.anyValue(), SecurityGroupIds: Match.anyValue() },
  });
  template.hasResourceProperties('AWS::IAM::Role', {
    ManagedPolicyArns: [{ 'Fn::Join': ['', Match.arrayWith([Match.stringLikeRegexp('VPCAccess')])] }],
  });
});

test('without alarms there are none', () => {
  const { template } = synthesise(
    () => bundled({ alarms: false }),
    (fn) => assert.equal(fn.alarms, undefined),
  );
  template.resourceCountIs('AWS::CloudWatch::Alarm', 0);
});

test('a function without code, and one with two, are refused by name', () => {
  for (const [props, received] of [
    [{}, 'neither'],
    [bundled({ entry }), 'both'],
  ] as const) {
    assert.throws(() => synthesise(() => props), {
      name: 'ConfigurationError',
      message: `Test/Hash: expected entry or code, received ${received}`,
    });
  }
});
