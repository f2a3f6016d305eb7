import { Duration } from 'aws-cdk-lib';
import type { IAlarmAction } from 'aws-cdk-lib/aws-cloudwatch';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Architecture, Code } from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';
import { type FunctionDefinition, functions } from '../functions/index.ts';
import { acknowledge, arnOf } from './acknowledge.ts';
import type { Bundle } from './bundle/bundle.ts';
import { callableNames } from './callable-names.ts';
import { MODELS_PREFIX, type ModelBucket, PUSHED_PREFIX, STORE_PREFIX } from './constructs/model-bucket.ts';
import type { ModelUpload } from './constructs/model-upload.ts';
import { SelfRecursiveFunction } from './constructs/self-recursive-function.ts';
import { VersionedFunction } from './constructs/versioned-function.ts';
import type { Options } from './options.ts';
import { networkOf } from './placement.ts';
import { grantReadImages } from './read-images.ts';
import { reservedOf } from './reserved-concurrency.ts';

/** What a bundle is to the stack. */
export type BundledCode = Pick<Bundle, 'directory' | 'handler'>;

/** What the functions of a stack have in common. */
export interface Surroundings {
  readonly options: Options;
  readonly models: ModelBucket;
  /** Default: the model in the bundle answers. */
  readonly uploaded: ModelUpload | undefined;
  /** Disk that the uploaded model needs, in MB; undefined where what every function has is enough. */
  readonly modelDiskMb: number | undefined;
  readonly alarmActions: readonly IAlarmAction[];
}

type Named = ReadonlyMap<string, VersionedFunction>;

const lambdaArchitectures = { arm64: Architecture.ARM_64, x64: Architecture.X86_64 } as const;

const capitalised = (name: string): string =>
  name.replaceAll(/(?:^|-)([a-z])/g, (_, first: string) => first.toUpperCase());

const environmentOf = (
  { invokes, models: model, outputPrefix }: FunctionDefinition,
  { options, models, uploaded }: Surroundings,
  targets: Named,
): Readonly<Record<string, string>> => ({
  STACK_NAME: options.stackName,
  ...(invokes !== 'itself' && {
    MAX_SLOTS: String(options.slots),
    FUNCTIONS: callableNames(targets),
  }),
  ...(outputPrefix !== undefined && { OUTPUT: models.bucket.s3UrlForObject(outputPrefix) }),
  ...(model && { MODELS_URI: models.bucket.s3UrlForObject(PUSHED_PREFIX) }),
  ...(model && uploaded && { MODEL: uploaded.modelUri }),
});

const grantInvokes = (fn: VersionedFunction, targets: Named): void => {
  if (targets.size === 0) return;
  fn.role.addToPrincipalPolicy(
    new PolicyStatement({
      actions: ['lambda:InvokeFunction'],
      resources: [...targets.values()].map((target) => `${target.function.functionArn}:*`),
    }),
  );
  for (const target of targets.values()) {
    acknowledge(
      fn.role,
      `IAM5[Resource::${arnOf(target.function)}:*]`,
      'A tree is called by the alias, and stays on the version that answered first: the wildcard is the qualifier of one function.',
    );
  }
};

const grant = (
  fn: VersionedFunction,
  { invokes, models: model, outputPrefix, readsImages }: FunctionDefinition,
  { options, models }: Surroundings,
  targets: Named,
): void => {
  acknowledge(
    fn.role,
    'IAM5[Resource::*]',
    'X-Ray: PutTraceSegments and PutTelemetryRecords know no resources.',
  );
  if (model) {
    models.allow(fn.role, ['s3:GetObject', 's3:ListBucket'], MODELS_PREFIX, {
      because: 'Models are read by prefix: names and digests are those of deploys to come, too.',
    });
  }
  if (invokes === 'itself') {
    acknowledge(
      fn,
      `IAM5[Resource::${arnOf(fn.function)}:*]`,
      'Every retained version calls itself by number, and the alias by name: the wildcard is the qualifier of one function.',
    );
    acknowledge(
      fn.role,
      `IAM5[Resource::${arnOf(models.bucket)}/${STORE_PREFIX}*]`,
      'Payloads and parts of batches have keys of their own below their prefix.',
    );
  }
  if (outputPrefix !== undefined) {
    models.allow(fn.role, ['s3:PutObject'], outputPrefix, {
      because: 'What is made is named by its content.',
    });
  }
  if (readsImages) grantReadImages(fn, options);
  grantInvokes(fn, targets);
};

/** Adds a function as its definition describes it: what it reads, what it may do, and why that is right. */
const addFunction = (
  scope: Construct,
  definition: FunctionDefinition,
  { directory, handler }: BundledCode,
  surroundings: Surroundings,
  targets: Named,
): VersionedFunction => {
  const { options, models, uploaded, alarmActions } = surroundings;
  const common = {
    description: definition.description,
    code: Code.fromAsset(directory),
    handler,
    architecture: lambdaArchitectures[options.architecture],
    memoryMb: options.memoryMb,
    timeout: Duration.seconds(options.timeoutSeconds),
    logRetention: options.logRetentionDays,
    environment: environmentOf(definition, surroundings, targets),
    // two trees at once are nothing to be told of
    alarms: options.alarms && { concurrency: 2 * options.slots },
    alarmActions,
    shift: options.shift,
    ephemeralStorageMb: options.ephemeralStorageMb ?? (definition.models && surroundings.modelDiskMb),
    ...networkOf(scope, options),
    reservedConcurrency: reservedOf(options, definition.name),
    ...(definition === functions[0] && { provisionedConcurrency: options.provisionedConcurrency }),
  };
  const id = capitalised(definition.name);
  const fn =
    definition.invokes === 'itself'
      ? new SelfRecursiveFunction(scope, id, {
          ...common,
          maxWork: options.maxWork,
          parallel: options.parallel,
          slots: options.slots,
          maxDepth: options.maxDepth,
          streaming: options.streaming,
          store: { bucket: models.bucket, prefix: STORE_PREFIX },
        })
      : new VersionedFunction(scope, id, common);
  grant(fn, definition, surroundings, targets);
  // a new version starts with its model in place
  if (definition.models && uploaded) fn.function.node.addDependency(uploaded.resource);
  return fn;
};

/** The bundle of a function. */
export const bundleOf = (bundles: Readonly<Record<string, BundledCode>>, name: string): BundledCode => {
  const bundle = bundles[name];
  if (bundle) return bundle;
  throw new Error(`Expected a bundle of ${name}, received ${Object.keys(bundles).join(', ')}`);
};

/** All functions of the registry by their names; those that invoke others come after them. */
export const addFunctions = (
  scope: Construct,
  bundles: Readonly<Record<string, BundledCode>>,
  surroundings: Surroundings,
): Named => {
  const add = (kind: FunctionDefinition['invokes'], targets: Named): Named =>
    new Map(
      functions
        .filter(({ invokes }) => invokes === kind)
        .map((definition) => {
          const { name } = definition;
          return [
            name,
            addFunction(scope, definition, bundleOf(bundles, name), surroundings, targets),
          ] as const;
        }),
    );
  const trees = add('itself', new Map());
  return new Map([...trees, ...add('others', trees)]);
};
