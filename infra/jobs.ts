import { Duration } from 'aws-cdk-lib';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Architecture, Code } from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';
import { jobs as definition } from '../functions/index.ts';
import { acknowledge, arnOf } from './acknowledge.ts';
import { callableNames } from './callable-names.ts';
import { JobMachine, machineArnOf } from './constructs/job-machine.ts';
import { STORE_PREFIX } from './constructs/model-bucket.ts';
import { SelfRecursiveFunction } from './constructs/self-recursive-function.ts';
import { VersionedFunction } from './constructs/versioned-function.ts';
import type { BundledCode, Surroundings } from './functions.ts';
import { grantReadImages } from './read-images.ts';

/** It reads and writes small objects; more memory is more CPU for the lists of large batches. */
const MEMORY_MB = 1_024;

/** Results of a large batch whose failures were done again are put together within it. */
const TIMEOUT = Duration.minutes(15);

const architectures = {
  arm64: { lambda: Architecture.ARM_64, price: 'arm64' },
  x64: { lambda: Architecture.X86_64, price: 'x86_64' },
} as const;

/** Adds jobs over the functions that invoke themselves: the function that keeps them, and the state machine that runs them. */
export const addJobs = (
  scope: Construct,
  { directory, handler }: BundledCode,
  added: ReadonlyMap<string, VersionedFunction>,
  { options, models, alarmActions }: Surroundings,
): VersionedFunction => {
  const trees = new Map([...added].filter(([, fn]) => fn instanceof SelfRecursiveFunction));
  const name = `${options.stackName}-${definition.stateMachine}`;
  const architecture = architectures[options.architecture];
  const jobs = new VersionedFunction(scope, 'Jobs', {
    description: definition.description,
    code: Code.fromAsset(directory),
    handler,
    architecture: architecture.lambda,
    memoryMb: MEMORY_MB,
    timeout: TIMEOUT,
    logRetention: options.logRetentionDays,
    environment: {
      STACK_NAME: options.stackName,
      FUNCTIONS: callableNames(trees),
      STATE_MACHINE: machineArnOf(scope, name),
      STORE: models.bucket.s3UrlForObject(STORE_PREFIX),
      MAX_SLOTS: String(options.slots),
      FUNCTION_MEMORY_MB: String(options.memoryMb),
      FUNCTION_ARCHITECTURE: architecture.price,
    },
    alarms: options.alarms && {},
    alarmActions,
  });
  acknowledge(
    jobs.role,
    'IAM5[Resource::*]',
    'X-Ray: PutTraceSegments and PutTelemetryRecords know no resources.',
  );
  models.allow(jobs.role, ['s3:GetObject', 's3:PutObject', 's3:ListBucket'], STORE_PREFIX, {
    because: 'Jobs and parts of batches have keys of their own below their prefix.',
  });
  jobs.role.addToPrincipalPolicy(
    new PolicyStatement({ actions: ['states:StartExecution'], resources: [machineArnOf(scope, name)] }),
  );
  // lists are read once more when what failed is done again
  grantReadImages(jobs, options);

  const machine = new JobMachine(scope, 'JobMachine', { name, jobs, functions: [...trees.values()] });
  for (const tree of trees.values()) {
    acknowledge(
      machine.role,
      `IAM5[Resource::${arnOf(tree.function)}:*]`,
      'A job stays on the version that it began with: the wildcard is the qualifier of one function.',
    );
  }
  acknowledge(machine.role, 'IAM5[Resource::*]', 'X-Ray: its permissions know no resources.');
  acknowledge(
    machine,
    'SF1',
    'Step Functions keeps the history of a standard workflow for 90 days, and the functions log what they do.',
  );
  return jobs;
};
