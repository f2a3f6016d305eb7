import { Annotations, type Duration, RemovalPolicy } from 'aws-cdk-lib';
import type { IAlarmAction } from 'aws-cdk-lib/aws-cloudwatch';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import {
  type Alias,
  ApplicationLogLevel,
  type Architecture,
  type Code,
  Function as LambdaFunction,
  LoggingFormat,
  RecursiveLoop,
  Runtime,
  SystemLogLevel,
  Tracing,
} from 'aws-cdk-lib/aws-lambda';
import { LogGroup, type RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { type RunawayAlarms, type RunawayThresholds, watchForRunaways } from './runaway-alarms.ts';

/** The alias children are called through, and everybody else. */
const ALIAS = 'live';

export interface VersionedFunctionProps {
  /** Bundled code, for `architecture`. */
  readonly code: Code;
  /** `path/to/module.handler` in the code. */
  readonly handler: string;
  readonly architecture: Architecture;
  readonly memoryMb: number;
  readonly timeout: Duration;
  readonly logRetention: RetentionDays;
  /** Variables of the function, beside those that recursion needs. Default none. */
  readonly environment?: Readonly<Record<string, string>>;
  readonly description?: string;
  /** Environments kept for the function, and its limit. Default: shares what the account has. */
  readonly reservedConcurrency?: number;
  /** Environments of the alias kept warm. Default none. */
  readonly provisionedConcurrency?: number;
  readonly alarms: RunawayThresholds;
  /** What alarms do. Default nothing but show. */
  readonly alarmActions?: readonly IAlarmAction[];
}

/**
 * A Lambda function with the rails every function here should have: published versions that stay while batches still
 * call them, one alias, a role of its own, logs that end, AWS's recursive loop detection on, alarms.
 */
export class VersionedFunction extends Construct {
  readonly function: LambdaFunction;
  /** What to invoke. */
  readonly alias: Alias;
  /** What the function may do is granted to this role. */
  readonly role: Role;
  readonly alarms: RunawayAlarms;

  constructor(scope: Construct, id: string, props: VersionedFunctionProps) {
    super(scope, id);
    const { memoryMb, reservedConcurrency, provisionedConcurrency, description } = props;

    const logGroup = new LogGroup(this, 'Logs', {
      retention: props.logRetention,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    this.role = new Role(this, 'Role', { assumedBy: new ServicePrincipal('lambda.amazonaws.com') });
    logGroup.grantWrite(this.role);

    this.function = new LambdaFunction(this, 'Function', {
      runtime: Runtime.NODEJS_24_X,
      architecture: props.architecture,
      code: props.code,
      handler: props.handler,
      role: this.role,
      memorySize: memoryMb,
      timeout: props.timeout,
      environment: {
        ...props.environment,
        FUNCTION_ALIAS: ALIAS,
        // `sam local` overrides only what the template declares; the AWS SDK takes empty for absent
        AWS_ENDPOINT_URL_LAMBDA: '',
      },
      tracing: Tracing.ACTIVE,
      logGroup,
      loggingFormat: LoggingFormat.JSON,
      applicationLogLevelV2: ApplicationLogLevel.INFO,
      systemLogLevelV2: SystemLogLevel.INFO,
      recursiveLoop: RecursiveLoop.TERMINATE,
      // parents in flight call their own version for up to a whole time-out after it was replaced
      currentVersionOptions: { removalPolicy: RemovalPolicy.RETAIN },
      ...(description !== undefined && { description }),
      ...(reservedConcurrency !== undefined && { reservedConcurrentExecutions: reservedConcurrency }),
    });
    if (reservedConcurrency !== undefined) {
      // known only to the account, and refused by AWS only once the deploy is under way
      Annotations.of(this).addInfo(
        `Reserves ${reservedConcurrency} of the account's concurrency, which must leave 100 unreserved (10 in accounts that ` +
          'have less). If the deploy fails with "decreases account\'s UnreservedConcurrentExecution below its minimum ' +
          'value", leave reservedConcurrency out, or have the quota "Concurrent executions" of AWS Lambda raised.',
      );
    }
    this.alias = this.function.addAlias(ALIAS, {
      ...(provisionedConcurrency !== undefined && {
        provisionedConcurrentExecutions: provisionedConcurrency,
      }),
    });
    this.alarms = watchForRunaways(this, this.function, props.alarms, props.alarmActions ?? []);
  }
}
