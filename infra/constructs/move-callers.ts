import type { Alarm } from 'aws-cdk-lib/aws-cloudwatch';
import { LambdaDeploymentConfig, LambdaDeploymentGroup } from 'aws-cdk-lib/aws-codedeploy';
import type { Alias } from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';
import { ConfigurationError } from '../../platform/index.ts';
import { acknowledge } from '../acknowledge.ts';

/** Ways to move callers to a new version. */
export type Shift = 'at once' | 'canary' | 'linear';

const configurations = {
  canary: LambdaDeploymentConfig.CANARY_10PERCENT_5MINUTES,
  linear: LambdaDeploymentConfig.LINEAR_10PERCENT_EVERY_1MINUTE,
} as const;

/**
 * Lets CodeDeploy move an alias to a new version, and back when errors set off the alarm. A tree stays on the version of
 * its root all the while.
 *
 * @throws ConfigurationError where there is no alarm to go by
 */
export const moveCallers = (
  fn: Construct & {
    readonly alias: Alias;
    readonly alarms: { readonly errors: Alarm } | undefined;
  },
  shift: Shift,
): void => {
  if (shift === 'at once') return;
  if (fn.alarms === undefined) {
    throw new ConfigurationError(`${fn.node.path}: shift: expected alarms beside ${shift}, received none`);
  }
  const group = new LambdaDeploymentGroup(fn, 'Shift', {
    alias: fn.alias,
    deploymentConfig: configurations[shift],
    alarms: [fn.alarms.errors],
  });
  acknowledge(
    group,
    'IAM4[Policy::arn:<AWS::Partition>:iam::aws:policy/service-role/AWSCodeDeployRoleForLambdaLimited]',
    'AWS keeps what CodeDeploy needs for Lambda in this policy.',
  );
};
