import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
import { treeNames } from '../../functions/index.ts';
import { type Resource, someModel, templateOf } from './support/template.ts';

const contexts: Readonly<Record<string, readonly [Record<string, string>, typeof someModel | undefined]>> = {
  'the default': [{}, undefined],
  'a model': [{}, someModel],
  everything: [
    {
      auth: 'jwt',
      jwtIssuer: 'https://issuer.example',
      jwtAudience: 'a',
      imageBuckets: 'first-bucket,second-bucket',
      inbox: 's3://first-bucket/in/',
      inboxFunctions: '{"classify": {}, "thumbnail": {"size": 256}}',
      reservedConcurrency: '50',
      provisionedConcurrency: '5',
      removal: 'destroy',
      alarmTopicArn: 'arn:aws:sns:eu-west-1:123456789012:alarms',
    },
    someModel,
  ],
};

/** Logical ids that a value refers to, by Ref, GetAtt or inside Sub. */
const references = (value: unknown): readonly string[] => {
  if (Array.isArray(value)) return value.flatMap(references);
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => {
    if (key === 'Ref' || key === 'DependsOn') return [inner].flat().map(String);
    if (key === 'Fn::GetAtt') return [String(Array.isArray(inner) ? inner[0] : inner.split('.')[0])];
    if (key === 'Fn::Sub') {
      const text = String(Array.isArray(inner) ? inner[0] : inner);
      return [...text.matchAll(/\$\{(\w+)/g)].map(([, id = '']) => id).concat(references(inner));
    }
    return references(inner);
  });
};

/** A cycle of logical ids, if there is one. */
const findCycle = (resources: Readonly<Record<string, Resource>>): readonly string[] | undefined => {
  const done = new Set<string>();
  const visit = (id: string, path: readonly string[]): readonly string[] | undefined => {
    if (path.includes(id)) return [...path.slice(path.indexOf(id)), id];
    const resource = resources[id];
    if (!resource || done.has(id)) return undefined;
    for (const next of references(resource)) {
      const cycle = visit(next, [...path, id]);
      if (cycle) return cycle;
    }
    done.add(id);
    return undefined;
  };
  for (const id of Object.keys(resources)) {
    const cycle = visit(id, []);
    if (cycle) return cycle;
  }
  return undefined;
};

interface Statement {
  readonly Effect: string;
  readonly Action: string | readonly string[];
  readonly Resource: unknown;
}

const allowed = (resources: Readonly<Record<string, Resource>>): readonly Statement[] =>
  Object.values(resources)
    .flatMap(({ Properties: properties }) => [
      ...(properties?.PolicyDocument?.Statement ?? []),
      ...(properties?.Policies ?? []).flatMap(
        (policy: { PolicyDocument: { Statement: readonly Statement[] } }) => policy.PolicyDocument.Statement,
      ),
    ])
    .filter(({ Effect }: Statement) => Effect === 'Allow');

const one = (resources: Readonly<Record<string, Resource>>, type: string, id = ''): Resource => {
  const [found, ...more] = Object.entries(resources).filter(
    ([logicalId, resource]) => resource.Type === type && logicalId.includes(id),
  );
  assert.ok(found && more.length === 0, `expected one ${type} ${id}`);
  return found[1];
};

test('the finder of cycles finds one', () => {
  const resource = (...ids: string[]) => ({ Type: 'T', Properties: ids.map((Ref) => ({ Ref })) });
  assert.deepEqual(findCycle({ a: resource('b'), b: resource('c'), c: resource('b') }), ['b', 'c', 'b']);
  assert.equal(findCycle({ a: resource('b'), b: resource('c'), c: resource() }), undefined);
});

for (const [name, [context, model]] of Object.entries(contexts)) {
  test(`with ${name}, no resource depends on itself`, () => {
    assert.equal(findCycle(templateOf(context, model).resources), undefined);
  });

  test(`with ${name}, no permission has a bare star, but X-Ray’s, which know no resources`, () => {
    const statements = allowed(templateOf(context, model).resources);
    assert.ok(statements.length > 3);
    for (const { Action: action, Resource: resource } of statements) {
      const actions = [action].flat();
      assert.ok(!actions.includes('*') && !actions.some((one) => /:\*$/.test(one)), `${actions}`);
      if (![resource].flat().includes('*')) continue;
      assert.ok(
        actions.every((one) => one.startsWith('xray:')),
        `${actions}`,
      );
    }
  });
}

test('the function runs on arm64 and Node.js 24, traced, with JSON logs that end, and its loops are stopped', () => {
  const { template } = templateOf();
  template.hasResourceProperties('AWS::Lambda::Function', {
    Runtime: 'nodejs24.x',
    Architectures: ['arm64'],
    MemorySize: 1_769,
    Timeout: 120,
    RecursiveLoop: 'Terminate',
    TracingConfig: { Mode: 'Active' },
    LoggingConfig: { LogFormat: 'JSON', LogGroup: Match.anyValue() },
    ReservedConcurrentExecutions: Match.absent(),
    Environment: {
      Variables: Match.objectLike({
        FUNCTION_ALIAS: 'live',
        MAX_WORK_PER_REQUEST: '8',
        NUM_PARALLEL_REQUESTS: '10',
        MAX_SLOTS: '100',
        MAX_DEPTH: '8',
        // declared so that `sam local --env-vars` can set it
        AWS_ENDPOINT_URL_LAMBDA: '',
        MODEL: Match.absent(),
      }),
    },
  });
  template.allResourcesProperties('AWS::Logs::LogGroup', { RetentionInDays: 30 });
});

test('classify and thumbnail may invoke their own qualified ARNs, by policies of their own that are there before the alias', () => {
  const { resources } = templateOf();
  const named = (part: string, type: string) =>
    Object.entries(resources).find(([id, { Type }]) => id.startsWith(part) && Type === type) ?? [];
  for (const name of ['Classify', 'Thumbnail']) {
    const [functionId] = named(name, 'AWS::Lambda::Function');
    const [policyId, policy] = named(`${name}SelfInvoke`, 'AWS::IAM::Policy');
    assert.deepEqual(policy?.Properties.PolicyDocument.Statement, [
      {
        Action: 'lambda:InvokeFunction',
        Effect: 'Allow',
        Resource: { 'Fn::Join': ['', [{ 'Fn::GetAtt': [functionId, 'Arn'] }, ':*']] },
      },
    ]);
    const [, alias] = named(name, 'AWS::Lambda::Alias');
    assert.ok([alias?.DependsOn].flat().includes(policyId));
  }
});

test('the orchestrator may invoke the functions it is told of, the one that keeps results, and nothing else', () => {
  const { template, resources } = templateOf();
  const idOf = (part: string) =>
    Object.keys(resources).find(
      (id) => id.startsWith(part) && resources[id]?.Type === 'AWS::Lambda::Function',
    );
  const keeper = Object.keys(resources).find((id) => id.startsWith('JobsFunctionAlias'));
  const ids = [idOf('ClassifyFunction'), idOf('ThumbnailFunction')];
  const invokes = Object.entries(resources)
    .filter(([id, { Type }]) => id.startsWith('Orchestrate') && Type === 'AWS::IAM::Policy')
    .flatMap(([, policy]) => policy.Properties.PolicyDocument.Statement)
    .filter(({ Action }: { Action: string }) => Action === 'lambda:InvokeFunction');
  assert.deepEqual(
    invokes.map(({ Resource }: { Resource: unknown }) => Resource),
    [ids.map((id) => ({ 'Fn::Join': ['', [{ 'Fn::GetAtt': [id, 'Arn'] }, ':*']] })), { Ref: keeper }],
  );
  template.hasResourceProperties('AWS::Lambda::Function', {
    Environment: {
      Variables: Match.objectLike({
        FUNCTIONS: {
          'Fn::Join': ['', ['classify=', { Ref: ids[0] }, ':live,thumbnail=', { Ref: ids[1] }, ':live']],
        },
      }),
    },
  });
});

test('the alias live of every function leads to a published version that outlives its deploy', () => {
  const { template, resources } = templateOf();
  template.resourceCountIs('AWS::Lambda::Alias', 4);
  template.allResourcesProperties('AWS::Lambda::Alias', {
    Name: 'live',
    FunctionVersion: { 'Fn::GetAtt': [Match.stringLikeRegexp('CurrentVersion'), 'Version'] },
  });
  const versions = Object.values(resources).filter(({ Type }) => Type === 'AWS::Lambda::Version');
  assert.equal(versions.length, 4);
  for (const version of versions) {
    assert.equal(version.DeletionPolicy, 'Retain');
    assert.equal(version.UpdateReplacePolicy, 'Retain');
  }
});

test('concurrency is reserved and provisioned when asked for', () => {
  const { template } = templateOf({ reservedConcurrency: '20', provisionedConcurrency: '3' });
  template.hasResourceProperties('AWS::Lambda::Function', {
    ReservedConcurrentExecutions: 20,
    Environment: { Variables: Match.objectLike({ MAX_SLOTS: '20' }) },
  });
  template.hasResourceProperties('AWS::Lambda::Alias', {
    ProvisionedConcurrencyConfig: { ProvisionedConcurrentExecutions: 3 },
  });
});

test('alarms watch errors, throttles, dropped recursion and concurrency, and tell a topic', () => {
  const topic = 'arn:aws:sns:eu-west-1:123456789012:alarms';
  const { template } = templateOf({ alarmTopicArn: topic, slots: '30' });
  template.resourceCountIs('AWS::CloudWatch::Alarm', 4 * (4 + 1) + 2);
  const thresholds = {
    Errors: 10,
    Throttles: 1_000,
    RecursiveInvocationsDropped: 1,
    ConcurrentExecutions: 60,
  };
  for (const [MetricName, Threshold] of Object.entries(thresholds)) {
    template.hasResourceProperties('AWS::CloudWatch::Alarm', {
      Namespace: 'AWS/Lambda',
      MetricName,
      Threshold,
      AlarmActions: [topic],
      TreatMissingData: 'notBreaching',
    });
  }
});

test('the page on operations counts the alarms and keys that cost something while nothing runs', () => {
  const page = readFileSync(new URL('../../docs/operations.md', import.meta.url), 'utf8');
  const count = (context: Readonly<Record<string, string>>, type: string) =>
    Object.keys(templateOf(context).template.findResources(type)).length;
  const inbox = { inbox: 's3://some-bucket/in/', inboxResults: 's3://other-bucket/' };
  const [plain, more] = [{}, inbox].map((context) => count(context, 'AWS::CloudWatch::Alarm'));
  assert.ok(page.includes(`| ${plain} alarms, ${more} with an inbox |`), `${plain} and ${more}`);
  assert.deepEqual([count({}, 'AWS::KMS::Key'), count(inbox, 'AWS::KMS::Key')], [0, 1]);
});

test('alarms and the dashboard can be left out, for they cost something while nothing runs', () => {
  const { template } = templateOf({ alarms: 'false', dashboard: 'false' });
  template.resourceCountIs('AWS::CloudWatch::Alarm', 0);
  template.resourceCountIs('AWS::CloudWatch::Dashboard', 0);
});

test('answers with 500 and above set off an alarm', () => {
  templateOf().template.hasResourceProperties('AWS::CloudWatch::Alarm', {
    Namespace: 'AWS/ApiGateway',
    MetricName: '5xx',
    Threshold: 5,
  });
});

test('the dashboard shows the metrics of this stack, by the names that functions tell them by', () => {
  const { template } = templateOf({ stackName: 'Mine' });
  const [dashboard] = Object.values(template.findResources('AWS::CloudWatch::Dashboard'));
  const body = JSON.stringify(dashboard);
  for (const name of ['Items', 'Failed', 'ColdStart', 'TakenOver', 'Depth']) {
    for (const service of ['classify', 'thumbnail']) {
      const dimensions = String.raw`\"droste\",\"${name}\",\"service\",\"${service}\",\"stack\",\"Mine\"`;
      assert.ok(body.includes(dimensions), `${service} ${name}`);
    }
  }
  assert.match(body, /sum\(errors\.ImageDecodeError\)/);
  const counted = [...body.matchAll(/sum\(errors\.(\w+)\)/g)].map(([, name = '']) => name);
  assert.deepEqual(
    counted.filter((name) => !/^[A-Z]/.test(name)),
    [],
  );
  template.hasResourceProperties('AWS::Lambda::Function', {
    Environment: { Variables: Match.objectLike({ STACK_NAME: 'Mine', OUTPUT: Match.anyValue() }) },
  });
});

test('queries over the logs of its functions are saved under the stack’s name', () => {
  const { template } = templateOf({ stackName: 'Mine' });
  template.hasResourceProperties('AWS::Logs::QueryDefinition', {
    Name: 'Mine/a tree by its root request id',
    QueryString: Match.stringLikeRegexp('^filter rootRequestId = .*\\n\\| fields path'),
    LogGroupNames: [
      { Ref: Match.stringLikeRegexp('ClassifyLogs') },
      { Ref: Match.stringLikeRegexp('ThumbnailLogs') },
    ],
  });
});

test('a new version may take its callers by and by, and gives them back when errors set off the alarm', () => {
  const { template } = templateOf({ shift: 'canary' });
  template.resourceCountIs('AWS::CodeDeploy::DeploymentGroup', 3);
  template.hasResource('AWS::CodeDeploy::DeploymentGroup', {
    Properties: {
      DeploymentConfigName: 'CodeDeployDefault.LambdaCanary10Percent5Minutes',
      AlarmConfiguration: { Enabled: true, Alarms: [{ Name: { Ref: Match.stringLikeRegexp('Errors') } }] },
      AutoRollbackConfiguration: { Enabled: true, Events: Match.arrayWith(['DEPLOYMENT_STOP_ON_ALARM']) },
    },
  });
  template.hasResource('AWS::Lambda::Alias', {
    UpdatePolicy: { CodeDeployLambdaAliasUpdate: Match.anyValue() },
  });
});

test('functions run in a VPC, with a disk for their model and a share of the account, where that is asked for', () => {
  const { template } = templateOf(
    {
      vpcId: 'vpc-12345678',
      subnetIds: 'subnet-12345678,subnet-87654321',
      securityGroupIds: 'sg-12345678',
      reservedConcurrencyOf: 'thumbnail=20',
      tags: 'team=photos,cost=a=b',
    },
    { ...someModel, bytes: 600 * 2 ** 20 },
  );
  const network = { SubnetIds: ['subnet-12345678', 'subnet-87654321'], SecurityGroupIds: ['sg-12345678'] };
  const tags = Match.arrayWith([{ Key: 'cost', Value: 'a=b' }]);
  template.hasResourceProperties('AWS::Lambda::Function', {
    VpcConfig: Match.objectLike(network),
    EphemeralStorage: { Size: 1_200 },
    Environment: { Variables: Match.objectLike({ MODEL: Match.anyValue() }) },
    Tags: tags,
  });
  template.hasResourceProperties('AWS::Lambda::Function', {
    VpcConfig: Match.objectLike(network),
    ReservedConcurrentExecutions: 20,
    EphemeralStorage: Match.absent(),
    Environment: { Variables: Match.objectLike({ OUTPUT: Match.anyValue() }) },
  });
});

test('pictures are read below a prefix only, and with the key that they are encrypted with', () => {
  const key = 'arn:aws:kms:eu-west-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab';
  const { resources } = templateOf({ imageBuckets: 'photos/in/,other', imageKeyArns: key });
  const statements = allowed(resources).filter(({ Action }) =>
    [Action].flat().some((action) => ['s3:GetObject', 'kms:Decrypt', 's3:ListBucket'].includes(action)),
  );
  const text = JSON.stringify(statements);
  assert.match(text, /:s3:::photos\/in\/\*"/);
  assert.doesNotMatch(text, /:s3:::photos\/\*"/);
  assert.match(text, /:s3:::other\/\*"/);
  assert.match(text, /"Condition":\{"StringLike":\{"s3:prefix":"in\/\*"\}\}/);
  assert.ok(statements.some(({ Action, Resource }) => Action === 'kms:Decrypt' && Resource === key));
});

test('the bucket is private, encrypted, versioned, refuses plain HTTP, forgets what batches put aside, and stays', () => {
  const { template, resources } = templateOf();
  template.hasResource('AWS::S3::Bucket', {
    DeletionPolicy: 'Retain',
    Properties: {
      PublicAccessBlockConfiguration: {
        BlockPublicAcls: true,
        BlockPublicPolicy: true,
        IgnorePublicAcls: true,
        RestrictPublicBuckets: true,
      },
      BucketEncryption: Match.anyValue(),
      VersioningConfiguration: { Status: 'Enabled' },
      LifecycleConfiguration: {
        Rules: Match.arrayWith([
          Match.objectLike({ Prefix: 'store/', ExpirationInDays: 7, Status: 'Enabled' }),
          Match.objectLike({ AbortIncompleteMultipartUpload: { DaysAfterInitiation: 1 } }),
        ]),
      },
    },
  });
  const { Statement: statements } = one(resources, 'AWS::S3::BucketPolicy').Properties.PolicyDocument;
  const denials = statements.filter(({ Effect }: Statement) => Effect === 'Deny');
  assert.ok(
    denials.some(
      (statement: { Condition?: unknown }) =>
        JSON.stringify(statement.Condition) === '{"Bool":{"aws:SecureTransport":"false"}}',
    ),
  );
});

test('the bucket goes with the stack only when that is asked for', () => {
  const { template } = templateOf({ removal: 'destroy' });
  template.hasResource('AWS::S3::Bucket', { DeletionPolicy: 'Delete' });
  template.resourceCountIs('Custom::S3AutoDeleteObjects', 1);
});

test('a model is put below its digest before the function’s version, which reads it from there', () => {
  const { template, resources } = templateOf({}, someModel);
  const [uploadId, upload] =
    Object.entries(resources).find(([, { Type }]) => Type === 'Custom::DrosteModelUpload') ?? [];
  assert.equal(upload?.Properties.prefix, 'models/0123456789abcdef/some-model/');
  assert.deepEqual(Object.keys(upload?.Properties.files), ['config.json', 'model.onnx']);
  const bucket = { Ref: Match.stringLikeRegexp('Models') };
  const uri = (path: string) => ({ 'Fn::Join': ['', ['s3://', bucket, path]] });
  template.hasResource('AWS::Lambda::Function', {
    DependsOn: Match.arrayWith([uploadId]),
    Properties: {
      Environment: {
        Variables: Match.objectLike({
          MODEL: uri('/models/0123456789abcdef/some-model'),
          // models that are pushed outlive those that are deployed
          MODELS_URI: uri('/models/pushed'),
        }),
      },
    },
  });
});

test('what copies the model may read its very files and write below its digest, no more', () => {
  const { resources } = templateOf({}, someModel);
  const policy = one(resources, 'AWS::IAM::Policy', 'ModelUpload');
  const byAction = new Map<string, Statement>(
    policy.Properties.PolicyDocument.Statement.map((statement: Statement) => [
      String(statement.Action),
      statement,
    ]),
  );
  const read = JSON.stringify(byAction.get('s3:GetObject')?.Resource);
  assert.match(read, /\/[0-9a-f]{64}\.json"/);
  assert.doesNotMatch(read, /\*/);
  assert.match(JSON.stringify(byAction.get('s3:PutObject')?.Resource), /models\/0123456789abcdef\/\*/);
});

test('pictures are read from the buckets named, and from no other', () => {
  const { resources } = templateOf({ imageBuckets: 'first-bucket,second-bucket' });
  const text = JSON.stringify(allowed(resources));
  assert.match(text, /:s3:::first-bucket\/\*/);
  assert.match(text, /:s3:::second-bucket\/\*/);
  assert.doesNotMatch(JSON.stringify(allowed(templateOf().resources)), /s3:::/);
});

test('the API has one route to each function over pictures, for signed requests, throttled and logged', () => {
  const { template } = templateOf({ requestsPerSecond: '5', requestBurst: '9' });
  for (const name of ['classify', 'thumbnail', 'orchestrate']) {
    template.hasResourceProperties('AWS::ApiGatewayV2::Route', {
      RouteKey: `POST /${name}`,
      AuthorizationType: 'AWS_IAM',
    });
  }
  template.hasResourceProperties('AWS::ApiGatewayV2::Integration', {
    IntegrationUri: { Ref: Match.stringLikeRegexp('Alias') },
    PayloadFormatVersion: '2.0',
  });
  template.hasResourceProperties('AWS::ApiGatewayV2::Stage', {
    DefaultRouteSettings: { ThrottlingRateLimit: 5, ThrottlingBurstLimit: 9 },
    AccessLogSettings: { DestinationArn: Match.anyValue(), Format: Match.stringLikeRegexp('requestId') },
  });
});

test('tokens are checked with auth=jwt, and nothing with auth=none', () => {
  const { template, resources } = templateOf({
    ...{ auth: 'jwt', jwtIssuer: 'https://issuer.example', jwtAudience: 'a,b', page: 'true' },
  });
  const routes = Object.values(resources).filter(({ Type }) => Type === 'AWS::ApiGatewayV2::Route');
  assert.deepEqual(
    routes.flatMap(({ Properties: { RouteKey, AuthorizationType } }) =>
      AuthorizationType === 'JWT' ? [] : RouteKey,
    ),
    ['GET /page'],
    'the document alone is everybody’s',
  );
  for (const { Type, Properties } of Object.values(resources)) {
    if (Type === 'AWS::ApiGatewayV2::Api') assert.equal(Properties.CorsConfiguration, undefined);
  }
  template.hasResourceProperties('AWS::ApiGatewayV2::Authorizer', {
    AuthorizerType: 'JWT',
    JwtConfiguration: { Audience: ['a', 'b'], Issuer: 'https://issuer.example' },
  });
  template.hasResourceProperties('AWS::ApiGatewayV2::Route', { AuthorizationType: 'JWT' });
  templateOf({ auth: 'none' }).template.hasResourceProperties('AWS::ApiGatewayV2::Route', {
    AuthorizationType: 'NONE',
  });
});

test('an API open to everybody is said loudly', () => {
  const warnings = (auth: string) =>
    Annotations.fromStack(templateOf({ auth }).stack).findWarning(
      '*',
      Match.stringLikeRegexp('auth=none: everybody who finds the URL'),
    );
  assert.equal(warnings('none').length, 1);
  assert.equal(warnings('iam').length, 0);
});

test('who reserves concurrency is told what to do when the account has too little', () => {
  const { stack } = templateOf({ reservedConcurrency: '20' });
  const told = Annotations.fromStack(stack).findInfo(
    '*',
    Match.stringLikeRegexp('UnreservedConcurrentExecution'),
  );
  assert.equal(told.length, 1);
});

test('the stack says what it was deployed with, so that a deploy that leaves it out is seen by its diff', () => {
  const settingsOf = (context: Readonly<Record<string, string>>) =>
    JSON.parse(templateOf(context).template.toJSON().Outputs.Settings.Value);
  assert.deepEqual(settingsOf({}), {});
  assert.deepEqual(settingsOf({ memoryMb: '3008', imageBuckets: 'my-pictures', auth: 'iam' }), {
    memoryMb: 3008,
    imageBuckets: ['my-pictures'],
  });
});

test('the stack says what to invoke, where to post and which bucket is its own', () => {
  const { template } = templateOf();
  assert.ok(template instanceof Template);
  assert.deepEqual(Object.keys(template.findOutputs('*')).sort(), [
    'AliasArn',
    'ApiUrl',
    'BucketName',
    'JobsArn',
    'OrchestrateArn',
    'Settings',
    'ThumbnailArn',
  ]);
  template.resourceCountIs('AWS::CloudWatch::Dashboard', 1);
});

test('nothing is streamed, and there is no other way in, where nobody asks for it', () => {
  const { template } = templateOf();
  template.resourceCountIs('AWS::Lambda::Url', 0);
  assert.doesNotMatch(JSON.stringify(template.toJSON()), /STREAMING/);
});

test('with streaming=true every tree has a URL of its alias that streams and asks for a signature', () => {
  const { template, resources } = templateOf({ streaming: 'true' });
  const urls = Object.values(resources).filter(({ Type }) => Type === 'AWS::Lambda::Url');
  assert.equal(urls.length, treeNames.length);
  for (const { Properties } of urls) {
    assert.equal(Properties.AuthType, 'AWS_IAM');
    assert.equal(Properties.InvokeMode, 'RESPONSE_STREAM');
    assert.equal(Properties.Qualifier, 'live');
    assert.equal(Properties.Cors, undefined);
  }
  const streaming = template.findResources('AWS::Lambda::Function', {
    Properties: { Environment: { Variables: { STREAMING: 'true' } } },
  });
  assert.equal(Object.keys(streaming).length, treeNames.length);
  // whoever signs is who may: nobody is allowed to by the URL itself
  for (const { Type, Properties } of Object.values(resources)) {
    if (Type === 'AWS::Lambda::Permission') assert.notEqual(Properties.Action, 'lambda:InvokeFunctionUrl');
  }
  template.hasOutput('ClassifyUrl', {});
  template.hasOutput('ThumbnailUrl', {});
});
