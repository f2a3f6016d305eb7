import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Match } from 'aws-cdk-lib/assertions';
import { templateOf } from './support/template.ts';

interface State {
  readonly Type: string;
  readonly Assign?: unknown;
  readonly Output?: { readonly id?: unknown };
  readonly QueryLanguage?: string;
  readonly Next?: string;
  readonly Default?: string;
  readonly End?: boolean;
  readonly Choices?: readonly { readonly Next: string }[];
  readonly Catch?: readonly {
    readonly ErrorEquals: readonly string[];
    readonly Output: { readonly id: unknown };
    readonly Next: string;
  }[];
  readonly Retry?: readonly { readonly ErrorEquals: readonly string[] }[];
}

interface Definition {
  readonly StartAt: string;
  readonly States: Readonly<Record<string, State>>;
}

/** The definition, with what only a deploy knows left out. */
const definition = (): Definition => {
  const machines = Object.values(templateOf().resources).filter(
    ({ Type }) => Type === 'AWS::StepFunctions::StateMachine',
  );
  assert.equal(machines.length, 1);
  const parts: readonly unknown[] = machines[0]?.Properties.DefinitionString['Fn::Join'][1];
  return JSON.parse(parts.map((part) => (typeof part === 'string' ? part : 'deployed')).join(''));
};

test('a job is a standard workflow, traced, of a name that is the stack’s', () => {
  templateOf({ stackName: 'Other' }).template.hasResourceProperties('AWS::StepFunctions::StateMachine', {
    StateMachineName: 'Other-jobs',
    StateMachineType: 'STANDARD',
    TracingConfiguration: { Enabled: true },
  });
});

test('every state of it leads on, none is left out, and nothing of a batch is kept in it', () => {
  const { StartAt, States } = definition();
  const nextOf = ({ Next, Default, Choices = [], Catch = [] }: State) => [
    ...[Next, Default].flatMap((name) => name ?? []),
    ...[...Choices, ...Catch].map((each) => each.Next),
  ];
  const reached = new Set([StartAt]);
  for (const name of reached) {
    const state = States[name];
    assert.ok(state, name);
    const next = nextOf(state);
    assert.equal(next.length === 0, state.End === true, name);
    for (const each of next) reached.add(each);
  }
  assert.deepEqual([...reached].sort(), Object.keys(States).sort());
  assert.ok(!Object.values(States).some(({ Type }) => Type === 'Map' || Type === 'Parallel'));
  for (const [name, { Type, QueryLanguage }] of Object.entries(States)) {
    assert.equal(QueryLanguage, Type === 'Wait' ? undefined : 'JSONata', name);
  }
});

test('how a run ended is told of what the decision said was to run: of several functions, one', () => {
  const { Decide, Run } = definition().States;
  assert.deepEqual(Decide?.Assign, { id: '{% $states.result.Payload.id %}' });
  assert.deepEqual([Run?.Output?.id, Run?.Catch?.[0]?.Output.id], ['{% $id %}', '{% $id %}']);
});

test('what AWS failed is tried again, and whatever else a run ends with is for the next decision', () => {
  const { States } = definition();
  assert.deepEqual(States.Run?.Retry?.[0]?.ErrorEquals, [
    'Lambda.TooManyRequestsException',
    'Lambda.ServiceException',
    'Lambda.AWSLambdaException',
    'Lambda.SdkClientException',
  ]);
  assert.deepEqual(
    States.Run?.Catch?.map(({ ErrorEquals, Next }) => [ErrorEquals, Next]),
    [[['States.ALL'], 'Decide']],
  );
});

const routes = [
  'DELETE /jobs/{id}',
  'GET /jobs',
  'GET /jobs/{id}',
  'GET /jobs/{id}/results',
  'PATCH /jobs/{id}',
  'POST /jobs',
  'POST /jobs/{id}/retry',
];

test('its routes are authorised as the others, and are one function', () => {
  const { resources } = templateOf();
  const found = Object.values(resources).filter(
    ({ Type, Properties }) => Type === 'AWS::ApiGatewayV2::Route' && Properties.RouteKey.includes(' /jobs'),
  );
  assert.deepEqual(found.map(({ Properties }) => Properties.RouteKey).sort(), routes);
  assert.deepEqual(
    new Set(found.map(({ Properties }) => Properties.AuthorizationType)),
    new Set(['AWS_IAM']),
  );
  assert.equal(new Set(found.map(({ Properties }) => JSON.stringify(Properties.Target))).size, 1);
});

test('the function of jobs starts one state machine, and that calls the functions by their qualifiers', () => {
  const { template } = templateOf();
  template.hasResourceProperties('AWS::IAM::Policy', {
    PolicyDocument: Match.objectLike({
      Statement: Match.arrayWith([
        Match.objectLike({
          Action: 'states:StartExecution',
          Resource: { 'Fn::Join': ['', Match.arrayWith([':stateMachine:Droste-jobs'])] },
        }),
      ]),
    }),
  });
  template.hasResourceProperties('AWS::Lambda::Function', {
    Environment: {
      Variables: Match.objectLike({
        FUNCTION_MEMORY_MB: '1769',
        FUNCTION_ARCHITECTURE: 'arm64',
        STATE_MACHINE: { 'Fn::Join': ['', Match.arrayWith([':stateMachine:Droste-jobs'])] },
      }),
    },
  });
});

test('asynchronous invocations that fail for the last time end in an encrypted queue, with an alarm', () => {
  const { template, resources } = templateOf();
  template.hasResourceProperties('AWS::SQS::Queue', {
    SqsManagedSseEnabled: true,
    MessageRetentionPeriod: 14 * 24 * 3_600,
  });
  template.hasResourceProperties('AWS::CloudWatch::Alarm', {
    MetricName: 'ApproximateNumberOfMessagesVisible',
    Threshold: 1,
  });
  const configured = Object.values(resources).filter(
    ({ Type, Properties }) =>
      Type === 'AWS::Lambda::EventInvokeConfig' && Properties.DestinationConfig?.OnFailure,
  );
  assert.equal(configured.length, 4, 'classify, thumbnail, orchestrate and jobs');
});

test('records of asynchronous invocations that reach no destination set off an alarm, of each function', () => {
  const topic = 'arn:aws:sns:eu-west-1:123456789012:alarms';
  const { template } = templateOf({ alarmTopicArn: topic });
  const alarms = template.findResources('AWS::CloudWatch::Alarm', {
    Properties: {
      ...{ Namespace: 'AWS/Lambda', MetricName: 'DestinationDeliveryFailures', Statistic: 'Sum' },
      ...{ Threshold: 1, TreatMissingData: 'notBreaching', AlarmActions: [topic] },
    },
  });
  const watched = Object.values(alarms).map(({ Properties }) => Properties.Dimensions[0].Value.Ref);
  assert.deepEqual(watched.map((name: string) => /^[A-Z][a-z]+/.exec(name)?.[0]).toSorted(), [
    'Classify',
    'Jobs',
    'Orchestrate',
    'Thumbnail',
  ]);
});

test('what asynchronous invocations answer is told to the function of jobs, which keeps it', () => {
  const { resources } = templateOf();
  const entries = Object.entries(resources);
  const told = entries.filter(
    ([, { Type, Properties }]) =>
      Type === 'AWS::Lambda::EventInvokeConfig' && Properties.DestinationConfig.OnSuccess,
  );
  assert.equal(told.length, 3, 'classify, thumbnail and orchestrate');
  for (const [, { Properties, DependsOn }] of told) {
    const { Destination } = Properties.DestinationConfig.OnSuccess;
    assert.match(JSON.stringify(Destination), /JobsFunctionAliaslive/);
    const allowed = entries.some(
      ([name, { Type, Properties: policy }]) =>
        Type === 'AWS::IAM::Policy' &&
        DependsOn?.includes(name) &&
        JSON.stringify(policy.PolicyDocument.Statement[0].Resource) === JSON.stringify(Destination),
    );
    assert.ok(allowed, 'Lambda refuses a destination that the function may not call');
  }
});
