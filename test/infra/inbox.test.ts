import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Duration, Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { Key } from 'aws-cdk-lib/aws-kms';
import { Code } from 'aws-cdk-lib/aws-lambda';
import { Bucket } from 'aws-cdk-lib/aws-s3';
import {
  Inbox,
  type InboxProps,
  SelfRecursiveFunction,
  type SelfRecursiveFunctionProps,
} from '../../infra/constructs/index.ts';
import { newApp } from './support/new-app.ts';
import { templateOf } from './support/template.ts';

type Change = Partial<Omit<InboxProps, 'function' | 'bucket'>>;

const build = (change: (stack: Stack, bucket: Bucket) => Change, props: SelfRecursiveFunctionProps = {}) => {
  const stack = new Stack(newApp(), 'Test', { env: { region: 'eu-west-1', account: '123456789012' } });
  const code = Code.fromInline('exports.handler = () => {}');
  const fn = new SelfRecursiveFunction(stack, 'Hash', { code, ...props });
  const bucket = new Bucket(stack, 'Photos');
  const inbox = () =>
    new Inbox(stack, 'Inbox', { function: fn, bucket, prefix: 'in/', ...change(stack, bucket) });
  return { stack, fn, bucket, inbox };
};

const made = (...given: Parameters<typeof build>) => {
  const { stack, inbox } = build(...given);
  inbox();
  return Template.fromStack(stack);
};

const toResults = (_: Stack, bucket: Bucket): Change => ({ results: { bucket, prefix: 'out/' } });

test('what waits is hidden for six time-outs and the window, and is put aside after its tries', () => {
  const template = made(toResults, { timeout: Duration.seconds(30) });
  template.hasResourceProperties('AWS::SQS::Queue', {
    VisibilityTimeout: 6 * 30 + 2,
    RedrivePolicy: {
      maxReceiveCount: 5,
      deadLetterTargetArn: { 'Fn::GetAtt': [Match.stringLikeRegexp('InboxDeadLetters'), 'Arn'] },
    },
    KmsMasterKeyId: Match.anyValue(),
  });
  template.hasResourceProperties('AWS::SQS::Queue', {
    MessageRetentionPeriod: 14 * 24 * 60 * 60,
    RedrivePolicy: Match.absent(),
    KmsMasterKeyId: Match.anyValue(),
  });
  template.hasResourceProperties('AWS::Lambda::EventSourceMapping', {
    BatchSize: 100,
    MaximumBatchingWindowInSeconds: 2,
    FunctionResponseTypes: ['ReportBatchItemFailures'],
    // the alias
    FunctionName: { 'Fn::Join': ['', Match.arrayWith([':live'])] },
  });
});

test('deliveries at once are as many trees as the function’s slots have room for', () => {
  const most = (change: Change, props: SelfRecursiveFunctionProps) => {
    const found = made(() => ({ suffixes: ['.jpg'], ...change }), props).findResources(
      'AWS::Lambda::EventSourceMapping',
    );
    return Object.values(found)[0]?.Properties.ScalingConfig.MaximumConcurrency;
  };
  // 100 objects are 13 invocations of 8
  assert.equal(most({}, {}), Math.floor(100 / 13));
  assert.equal(most({ batchSize: 10 }, { maxWork: 10, slots: 50 }), 50);
  assert.equal(most({ batchSize: 10_000 }, { slots: 20 }), 2, 'AWS allows no fewer');
  assert.equal(most({ batchSize: 1 }, { slots: 5_000 }), 1_000, 'and no more');
});

test('alarms tell of anything that was put aside, and of what waits for longer than all its tries take', () => {
  const template = made((...given) => ({ ...toResults(...given), tries: 3 }), {
    timeout: Duration.seconds(10),
  });
  template.hasResourceProperties('AWS::CloudWatch::Alarm', {
    MetricName: 'ApproximateNumberOfMessagesVisible',
    Threshold: 1,
  });
  template.hasResourceProperties('AWS::CloudWatch::Alarm', {
    MetricName: 'ApproximateAgeOfOldestMessage',
    Threshold: 4 * (6 * 10 + 2),
  });
});

test('EventBridge tells of what ends so below the prefix, in this account alone', () => {
  const template = made(() => ({ prefix: 'in*/', suffixes: ['.jpg', '.PNG'] }));
  template.hasResourceProperties('AWS::Events::Rule', {
    EventPattern: {
      source: ['aws.s3'],
      'detail-type': ['Object Created'],
      detail: {
        bucket: { name: [{ Ref: Match.stringLikeRegexp('Photos') }] },
        object: { key: [{ wildcard: 'in\\*/*.jpg' }, { wildcard: 'in\\*/*.PNG' }] },
      },
    },
    Targets: [Match.objectLike({ Arn: { 'Fn::GetAtt': [Match.stringLikeRegexp('InboxQueue'), 'Arn'] } })],
  });
  const fromHere = {
    Principal: { Service: 'events.amazonaws.com' },
    Condition: { StringEquals: { 'aws:SourceAccount': '123456789012' } },
  };
  for (const [type, document] of [
    ['AWS::SQS::QueuePolicy', 'PolicyDocument'],
    ['AWS::KMS::Key', 'KeyPolicy'],
  ] as const) {
    template.hasResourceProperties(type, {
      [document]: { Statement: Match.arrayWith([Match.objectLike(fromHere)]) },
    });
  }
  made(toResults).hasResourceProperties('AWS::Events::Rule', {
    EventPattern: { detail: { object: { key: [{ prefix: 'in/' }] } } },
  });
});

test('S3 itself tells of each ending, where that is asked for', () => {
  const template = made(() => ({ suffixes: ['.jpg', '.png'], events: 's3' }));
  template.resourceCountIs('AWS::Events::Rule', 0);
  const rules = (suffix: string) => [
    { Name: 'suffix', Value: suffix },
    { Name: 'prefix', Value: 'in/' },
  ];
  template.hasResourceProperties('Custom::S3BucketNotifications', {
    NotificationConfiguration: {
      QueueConfigurations: ['.jpg', '.png'].map((suffix) =>
        Match.objectLike({
          Events: ['s3:ObjectCreated:*'],
          Filter: { Key: { FilterRules: Match.arrayWith(rules(suffix)) } },
        }),
      ),
    },
  });
});

test('the function knows its inbox, and may read what lands and write what comes of it, no more', () => {
  const template = made(
    (stack) => ({
      results: { bucket: Bucket.fromBucketName(stack, 'Results', 'results'), prefix: 'out/' },
      options: { size: 75 },
    }),
    {},
  );
  const photos = { Ref: Match.stringLikeRegexp('Photos') };
  template.hasResourceProperties('AWS::Lambda::Function', {
    Environment: {
      Variables: Match.objectLike({
        INBOX: { 'Fn::Join': ['', ['s3://', photos, '/in/']] },
        INBOX_RESULTS: 's3://results/out/',
        INBOX_OPTIONS: '{"size":75}',
      }),
    },
  });
  const policies = Object.values(template.findResources('AWS::IAM::Policy'));
  const statements = policies
    .flatMap(({ Properties }) => Properties.PolicyDocument.Statement)
    .filter(({ Action }) => /^s3:/.test([Action].flat()[0]));
  assert.deepEqual(
    statements.map(({ Action }) => Action),
    ['s3:GetObject', 's3:ListBucket', 's3:PutObject'],
  );
  assert.match(JSON.stringify(statements[0].Resource), /"\/in\/\*"/);
  assert.match(JSON.stringify(statements[2].Resource), /:s3:::results\/out\/\*/);
});

test('objects of an encrypted bucket can be read', () => {
  const stack = new Stack(newApp(), 'Test');
  const fn = new SelfRecursiveFunction(stack, 'Hash', { code: Code.fromInline('x') });
  const encryptionKey = new Key(stack, 'Own');
  const bucket = new Bucket(stack, 'Photos', { encryptionKey });
  new Inbox(stack, 'Inbox', { function: fn, bucket, suffixes: ['.jpg'] });
  const own = { 'Fn::GetAtt': [Match.stringLikeRegexp('^Own'), 'Arn'] };
  Template.fromStack(stack).hasResourceProperties('AWS::IAM::Policy', {
    PolicyDocument: {
      Statement: Match.arrayWith([
        Match.objectLike({ Action: 'kms:Decrypt', Resource: own }),
        Match.objectLike({ Action: Match.arrayWith(['kms:Encrypt']), Resource: own }),
      ]),
    },
  });
});

const refused: readonly [title: string, change: (stack: Stack, bucket: Bucket) => Change, message: RegExp][] =
  [
    [
      'results below the inbox',
      (_, bucket) => ({ results: { bucket, prefix: 'in/out/' } }),
      /never come to an end/,
    ],
    [
      'results where things land',
      (_, bucket) => ({ results: { bucket, prefix: 'in/' } }),
      /never come to an end/,
    ],
    [
      'a whole bucket and results in it',
      (_, bucket) => ({ prefix: '', results: { bucket, prefix: 'out/' } }),
      /prefix: expected one below which nothing else is written \(out\/ is\), .*, received ""/,
    ],
    [
      'what the function writes below the inbox',
      (_, bucket) => ({ suffixes: ['.jpg'], writes: [{ bucket, prefix: 'in/thumbnails/' }] }),
      /never come to an end/,
    ],
    [
      'results beside whatever lands',
      () => ({}),
      /suffixes: expected some, where results lie beside objects/,
    ],
    [
      'results that land themselves',
      () => ({ suffixes: ['.jpg', '.json'] }),
      /suffixes: expected none that results have/,
    ],
    [
      'a prefix that is the beginning of others',
      () => ({ prefix: 'in' }),
      /prefix: expected a slash at its end, received "in"/,
    ],
    [
      'too large a batch',
      () => ({ suffixes: ['.jpg'], batchSize: 10_001 }),
      /batchSize: expected a whole number from 1 to 10000/,
    ],
    [
      'no tries',
      () => ({ suffixes: ['.jpg'], tries: 0 }),
      /tries: expected a whole number from 1 to 1000, received 0/,
    ],
  ];

for (const [title, change, message] of refused) {
  test(`an inbox with ${title} is refused when it is made`, () => {
    assert.throws(build(change).inbox, (error: Error) => {
      assert.equal(error.name, 'ConfigurationError');
      assert.match(error.message, /^Test\/Inbox: /);
      assert.match(error.message, message);
      return true;
    });
  });
}

test('a function has one inbox', () => {
  const { stack, fn, bucket, inbox } = build(toResults);
  inbox();
  assert.throws(
    () => new Inbox(stack, 'Second', { function: fn, bucket, prefix: 'second/', suffixes: ['.jpg'] }),
    /Test\/Second: function: expected one that has no inbox yet, received "Hash"/,
  );
});

test('the stack has a queue for each function that works on what lands, and says what the bucket has to do', () => {
  const { template } = templateOf({
    inbox: 's3://pictures/in/',
    inboxResults: 's3://pictures/out/',
    inboxFunctions: '{"classify": {"topK": 1}, "thumbnail": {"size": 256}}',
    alarmTopicArn: 'arn:aws:sns:eu-west-1:123456789012:alarms',
  });
  template.resourceCountIs('AWS::Lambda::EventSourceMapping', 2);
  template.resourceCountIs('AWS::SQS::Queue', 5);
  template.allResourcesProperties('AWS::CloudWatch::Alarm', { AlarmActions: Match.anyValue() });
  for (const options of ['{"topK":1}', '{"size":256}']) {
    template.hasResourceProperties('AWS::Lambda::Function', {
      Environment: {
        Variables: Match.objectLike({
          INBOX: 's3://pictures/in/',
          INBOX_RESULTS: 's3://pictures/out/',
          INBOX_OPTIONS: options,
        }),
      },
    });
  }
  for (const name of ['Classify', 'Thumbnail']) {
    template.hasOutput(`${name}DeadLettersArn`, {
      Value: { 'Fn::GetAtt': [Match.stringLikeRegexp(`Inbox${name}DeadLetters`), 'Arn'] },
    });
  }
  const beside = templateOf({ inbox: 's3://pictures/' }).template;
  beside.resourceCountIs('AWS::Lambda::EventSourceMapping', 1);
  beside.hasResourceProperties('AWS::Events::Rule', {
    EventPattern: {
      detail: { object: { key: Match.arrayWith([{ wildcard: '*.jpg' }, { wildcard: '*.JPG' }]) } },
    },
  });
});
