import { Duration } from 'aws-cdk-lib';
import type { IAlarmAction } from 'aws-cdk-lib/aws-cloudwatch';
import { Architecture, Code } from 'aws-cdk-lib/aws-lambda';
import type { Bundle } from '../bundle/bundle.ts';
import type { VersionedFunctionProps } from '../constructs/versioned-function.ts';
import type { Options } from '../options.ts';

/** What a bundle is to the stack. */
export type BundledCode = Pick<Bundle, 'directory' | 'handler'>;

const lambdaArchitectures = { arm64: Architecture.ARM_64, x64: Architecture.X86_64 } as const;

/** What all functions of the stack have in common. */
export const commonProps = (
  options: Options,
  { directory, handler }: BundledCode,
  alarmActions: readonly IAlarmAction[],
): VersionedFunctionProps => ({
  code: Code.fromAsset(directory),
  handler,
  architecture: lambdaArchitectures[options.architecture],
  memoryMb: options.memoryMb,
  timeout: Duration.seconds(options.timeoutSeconds),
  logRetention: options.logRetentionDays,
  // two trees at once are nothing to be told of
  alarms: { concurrency: 2 * options.slots },
  alarmActions,
});

/** The shape of trees, as the functions read it. */
export const treeEnvironment = (options: Options): Readonly<Record<string, string>> => ({
  MAX_WORK_PER_REQUEST: String(options.maxWork),
  NUM_PARALLEL_REQUESTS: String(options.parallel),
  MAX_SLOTS: String(options.slots),
  MAX_DEPTH: String(options.maxDepth),
});
