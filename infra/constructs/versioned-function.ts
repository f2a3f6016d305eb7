import { Annotations, Duration, RemovalPolicy, Size } from 'aws-cdk-lib';
import type { IAlarmAction } from 'aws-cdk-lib/aws-cloudwatch';
import type {
  Connections,
  IConnectable,
  ISecurityGroup,
  IVpc,
  SubnetSelection,
  Vpc,
} from 'aws-cdk-lib/aws-ec2';
import {
  type Grant,
  type IGrantable,
  type IPrincipal,
  ManagedPolicy,
  Role,
  ServicePrincipal,
} from 'aws-cdk-lib/aws-iam';
import {
  type Alias,
  ApplicationLogLevel,
  Architecture,
  type FunctionOptions,
  type ILayerVersion,
  type Function as LambdaFunction,
  LoggingFormat,
  RecursiveLoop,
  SystemLogLevel,
  Tracing,
} from 'aws-cdk-lib/aws-lambda';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { treeDefaults } from '../../engine/limits.ts';
import { VCPU_MEMORY_MB } from '../../platform/index.ts';
import { acknowledge } from '../acknowledge.ts';
import { createFunction, type FunctionSource } from './function-source.ts';
import { moveCallers, type Shift } from './move-callers.ts';
import { type RunawayAlarms, type RunawayThresholds, watchForRunaways } from './runaway-alarms.ts';

/** The alias children are called through, and everybody else. */
const ALIAS = 'live';

const DEFAULT_TIMEOUT = Duration.minutes(2);

export interface VersionedFunctionProps extends FunctionSource {
  /** Default arm64, which costs a fifth less. */
  readonly architecture?: Architecture;
  /** Default 1,769: one vCPU. */
  readonly memoryMb?: number;
  /** Default two minutes. */
  readonly timeout?: Duration;
  /** Default a month. */
  readonly logRetention?: RetentionDays;
  /** Variables of the function, beside those that recursion needs. Default none. */
  readonly environment?: Readonly<Record<string, string>>;
  readonly description?: string;
  /** Default none. */
  readonly layers?: readonly ILayerVersion[];
  /**
   * Default none: the function reaches the internet, and nothing private. (Under exactOptionalPropertyTypes the CDK's
   * own class is not of its interface.)
   */
  readonly vpc?: IVpc | Vpc;
  readonly vpcSubnets?: SubnetSelection;
  /** Default, in a VPC, one of its own. */
  readonly securityGroups?: readonly ISecurityGroup[];
  /** Environments kept for the function, and its limit. Default: shares what the account has. */
  readonly reservedConcurrency?: number | undefined;
  /** Environments of the alias kept warm. Default none. */
  readonly provisionedConcurrency?: number | undefined;
  /** Disk of an environment (`/tmp`), 512 to 10,240. Default 512. */
  readonly ephemeralStorageMb?: number | undefined;
  /**
   * How callers move to a new version: `canary` first one in ten, and all after five minutes; `linear` one in ten more
   * each minute. Both go back when errors set off the alarm, and need alarms. Default `at once`.
   */
  readonly shift?: Shift | undefined;
  /** From which on something is wrong; `false` for no alarms. Default: for two trees of 100 invocations at once. */
  readonly alarms?: RunawayThresholds | false;
  /** What alarms do. Default nothing but show. */
  readonly alarmActions?: readonly IAlarmAction[];
}

/** What is absent, or undefined, stays absent. */
const optional = <T extends object>(values: T): { [Key in keyof T]?: NonNullable<T[Key]> } =>
  Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as {
    [Key in keyof T]?: NonNullable<T[Key]>;
  };

/**
 * A Lambda function with the rails every function here should have: published versions that stay while batches still
 * call them, one alias, a role of its own, logs that end, AWS's recursive loop detection on, alarms.
 */
export class VersionedFunction extends Construct implements IGrantable, IConnectable {
  readonly function: LambdaFunction;
  /** What to invoke. */
  readonly alias: Alias;
  /** What the function may do is granted to this role. */
  readonly role: Role;
  readonly grantPrincipal: IPrincipal;
  readonly logGroup: LogGroup;
  readonly memoryMb: number;
  /** Undefined where `alarms` is false. */
  readonly alarms: RunawayAlarms | undefined;

  constructor(scope: Construct, id: string, props: VersionedFunctionProps) {
    super(scope, id);
    const { reservedConcurrency, provisionedConcurrency, alarms = {} } = props;

    this.logGroup = new LogGroup(this, 'Logs', {
      retention: props.logRetention ?? RetentionDays.ONE_MONTH,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    this.role = new Role(this, 'Role', { assumedBy: new ServicePrincipal('lambda.amazonaws.com') });
    this.grantPrincipal = this.role;
    this.memoryMb = props.memoryMb ?? VCPU_MEMORY_MB;
    this.logGroup.grantWrite(this.role);
    if (props.vpc) {
      // network interfaces in the VPC; the CDK adds it to roles of its own making only
      const policy = 'service-role/AWSLambdaVPCAccessExecutionRole';
      this.role.addManagedPolicy(ManagedPolicy.fromAwsManagedPolicyName(policy));
      acknowledge(
        this.role,
        `IAM4[Policy::arn:<AWS::Partition>:iam::aws:policy/${policy}]`,
        'AWS keeps what Lambda needs for network interfaces in this policy.',
      );
    }

    const options: FunctionOptions = {
      architecture: props.architecture ?? Architecture.ARM_64,
      role: this.role,
      memorySize: this.memoryMb,
      timeout: props.timeout ?? DEFAULT_TIMEOUT,
      environment: {
        ...props.environment,
        FUNCTION_ALIAS: ALIAS,
        // `sam local` overrides only what the template declares; the AWS SDK takes empty for absent
        AWS_ENDPOINT_URL_LAMBDA: '',
      },
      tracing: Tracing.ACTIVE,
      logGroup: this.logGroup,
      loggingFormat: LoggingFormat.JSON,
      applicationLogLevelV2: ApplicationLogLevel.INFO,
      systemLogLevelV2: SystemLogLevel.INFO,
      recursiveLoop: RecursiveLoop.TERMINATE,
      // parents in flight call their own version for up to a whole time-out after it was replaced
      currentVersionOptions: { removalPolicy: RemovalPolicy.RETAIN },
      ...optional({
        description: props.description,
        layers: props.layers && [...props.layers],
        vpc: props.vpc as IVpc | undefined,
        vpcSubnets: props.vpcSubnets,
        securityGroups: props.securityGroups && [...props.securityGroups],
        reservedConcurrentExecutions: reservedConcurrency,
        ephemeralStorageSize:
          props.ephemeralStorageMb === undefined ? undefined : Size.mebibytes(props.ephemeralStorageMb),
      }),
    };
    this.function = createFunction(this, 'Function', props, options);
    if (reservedConcurrency !== undefined) {
      // known only to the account, and refused by AWS only once the deploy is under way
      Annotations.of(this).addInfo(
        `Reserves ${reservedConcurrency} of the account's concurrency, which must leave 100 unreserved (10 in accounts that ` +
          'have less). If the deploy fails with "decreases account\'s UnreservedConcurrentExecution below its minimum ' +
          'value", leave reservedConcurrency out, or have the quota "Concurrent executions" of AWS Lambda raised.',
      );
    }
    this.alias = this.function.addAlias(
      ALIAS,
      optional({ provisionedConcurrentExecutions: provisionedConcurrency }),
    );
    this.alarms =
      alarms === false
        ? undefined
        : watchForRunaways(
            this,
            this.function,
            { concurrency: 2 * treeDefaults.slots, ...alarms },
            props.alarmActions ?? [],
          );
    if (props.shift !== undefined) moveCallers(this, props.shift);
  }

  /** Lets somebody invoke the function, through its alias. */
  grantInvoke(grantee: IGrantable): Grant {
    return this.alias.grantInvoke(grantee);
  }

  /** Adds a variable of the function. */
  addEnvironment(name: string, value: string): void {
    this.function.addEnvironment(name, value);
  }

  /** In a VPC, who may connect to what. */
  get connections(): Connections {
    return this.function.connections;
  }
}
