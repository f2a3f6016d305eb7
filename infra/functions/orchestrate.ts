import type { IAlarmAction } from 'aws-cdk-lib/aws-cloudwatch';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import { VersionedFunction } from '../constructs/versioned-function.ts';
import type { Options } from '../options.ts';
import { type BundledCode, commonProps } from './common.ts';

/**
 * Runs one batch through several functions. It may call those, by their aliases and (for a tree that stays on the
 * version it began with) by their versions, and nothing else.
 */
export const addOrchestrate = (
  scope: Construct,
  options: Options,
  code: BundledCode,
  { targets, actions }: { targets: Readonly<Record<string, VersionedFunction>>; actions: IAlarmAction[] },
): VersionedFunction => {
  const named = Object.entries(targets);
  const fn = new VersionedFunction(scope, 'Orchestrate', {
    ...commonProps(options, code, actions),
    description: 'Runs one batch of pictures through several functions',
    environment: {
      MAX_SLOTS: String(options.slots),
      FUNCTIONS: named
        .map(([name, target]) => `${name}=${target.function.functionName}:${target.alias.aliasName}`)
        .join(','),
    },
  });
  fn.role.addToPrincipalPolicy(
    new PolicyStatement({
      actions: ['lambda:InvokeFunction'],
      resources: named.map(([, target]) => `${target.function.functionArn}:*`),
    }),
  );
  return fn;
};
