import { ArnFormat, Aws, Stack } from 'aws-cdk-lib';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { DefinitionBody, StateMachine, StateMachineType } from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import { RETRIES, STEP_KEY } from '../../engine/jobs/index.ts';
import type { VersionedFunction } from './versioned-function.ts';

/** Of the event that tells of a job's end. */
export const JOB_EVENT = { source: 'droste.jobs', detailType: 'Job ended' } as const;

export interface JobMachineProps {
  /** Unlike all others of the account and region. */
  readonly name: string;
  /** Decides after every run. */
  readonly jobs: VersionedFunction;
  /** What jobs may run. */
  readonly functions: readonly VersionedFunction[];
}

/** What AWS itself failed is tried again; what a function said, or did not live to say, is for the next decision. */
const retryOf = (errors: readonly string[]) => [
  {
    ErrorEquals: errors,
    IntervalSeconds: RETRIES.firstSeconds,
    BackoffRate: 2,
    MaxDelaySeconds: RETRIES.mostSeconds,
    MaxAttempts: RETRIES.attempts,
    JitterStrategy: 'FULL',
  },
];

/** Calls that did not run, or of which nobody knows (Step Functions developer guide, "Handle transient Lambda service exceptions"). */
const PASSING = [
  'Lambda.TooManyRequestsException',
  'Lambda.ServiceException',
  'Lambda.AWSLambdaException',
  'Lambda.SdkClientException',
];

/** Of every state but the one that waits: a path is all it needs, and what stands in for AWS takes no more. */
const QueryLanguage = 'JSONata';

const lambdaInvoke = `arn:${Aws.PARTITION}:states:::lambda:invoke`;

/** The state machine of `engine/jobs/run-job.ts`, in the words of Step Functions; its history is 14 events a run. */
const definition = (jobsArn: string) => {
  const { source, detailType } = JOB_EVENT;
  const counts = ['invocations', 'depth', 'throttled', 'retried'];
  return {
    Comment: 'A job: a stored batch that is run again until nothing of it is missing.',
    StartAt: 'Decide',
    States: {
      Decide: {
        Type: 'Task',
        QueryLanguage,
        Resource: lambdaInvoke,
        Arguments: { FunctionName: jobsArn, Payload: { [STEP_KEY]: '{% $states.input %}' } },
        // of several functions: of that which is to run
        Assign: { id: '{% $states.result.Payload.id %}' },
        Output: '{% $states.result.Payload %}',
        Retry: retryOf(['States.ALL']),
        Next: 'Choose',
      },
      Choose: {
        Type: 'Choice',
        QueryLanguage,
        Choices: [
          { Condition: "{% $states.input.go = 'end' %}", Next: 'Tell' },
          { Condition: '{% $states.input.seconds > 0 %}', Next: 'Wait' },
        ],
        Default: 'Run',
      },
      Wait: { Type: 'Wait', SecondsPath: '$.seconds', Next: 'Run' },
      Run: {
        Type: 'Task',
        QueryLanguage,
        Resource: lambdaInvoke,
        Arguments: {
          FunctionName: '{% $states.input.function %}',
          Payload: '{% $states.input.request %}',
        },
        Output: {
          id: '{% $id %}',
          ran: {
            stats: Object.fromEntries(
              counts.map((name) => [name, `{% $states.result.Payload.summary.${name} %}`]),
            ),
          },
        },
        Retry: retryOf(PASSING),
        Catch: [
          {
            ErrorEquals: ['States.ALL'],
            Output: {
              id: '{% $id %}',
              ran: { error: '{% $states.errorOutput.Error %}', cause: '{% $states.errorOutput.Cause %}' },
            },
            Next: 'Decide',
          },
        ],
        Next: 'Decide',
      },
      Tell: {
        Type: 'Task',
        QueryLanguage,
        Resource: `arn:${Aws.PARTITION}:states:::events:putEvents`,
        Arguments: {
          Entries: [{ Source: source, DetailType: detailType, Detail: '{% $states.input.detail %}' }],
        },
        Output: '{% $states.input.detail %}',
        Retry: retryOf(['States.ALL']),
        End: true,
      },
    },
  };
};

/** A standard state machine that runs jobs, and tells EventBridge (`JOB_EVENT`) how each has ended. */
export class JobMachine extends Construct {
  /** Known before the machine is there: the function that starts executions is part of what they run. */
  readonly arn: string;
  readonly role: Role;

  constructor(scope: Construct, id: string, { name, jobs, functions }: JobMachineProps) {
    super(scope, id);
    this.arn = machineArnOf(this, name);
    this.role = new Role(this, 'Role', { assumedBy: new ServicePrincipal('states.amazonaws.com') });
    this.role.addToPolicy(
      new PolicyStatement({
        actions: ['lambda:InvokeFunction'],
        resources: [jobs.alias.functionArn, ...functions.map((fn) => `${fn.function.functionArn}:*`)],
      }),
    );
    this.role.addToPolicy(
      new PolicyStatement({
        actions: ['events:PutEvents'],
        resources: [Stack.of(this).formatArn({ service: 'events', resource: 'event-bus/default' })],
      }),
    );
    const machine = new StateMachine(this, 'Machine', {
      stateMachineName: name,
      stateMachineType: StateMachineType.STANDARD,
      definitionBody: DefinitionBody.fromString(
        Stack.of(this).toJsonString(definition(jobs.alias.functionArn)),
      ),
      role: this.role,
      tracingEnabled: true,
    });
    machine.node.addDependency(this.role);
  }
}

/** The ARN of a state machine of this stack, by its name. */
export const machineArnOf = (scope: Construct, name: string): string =>
  Stack.of(scope).formatArn({
    service: 'states',
    resource: 'stateMachine',
    resourceName: name,
    arnFormat: ArnFormat.COLON_RESOURCE_NAME,
  });
