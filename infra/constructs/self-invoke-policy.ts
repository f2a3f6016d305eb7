import { type IRole, Policy, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';

/**
 * Lets a function invoke itself, by any qualifier (`name:live`, `name:7`) and not without one: children are called
 * through the alias, and versions that were replaced go on calling themselves until their batches are done.
 *
 * A policy of its own, since every grant to the function's role goes into the policy on which the function depends,
 * and the function's ARN in there closes a cycle that CloudFormation refuses.
 */
export const allowSelfInvoke = (
  scope: Construct,
  role: IRole,
  fn: IFunction,
  before: readonly Construct[],
): Policy => {
  const policy = new Policy(scope, 'SelfInvoke', {
    roles: [role],
    statements: [
      new PolicyStatement({ actions: ['lambda:InvokeFunction'], resources: [`${fn.functionArn}:*`] }),
    ],
  });
  for (const construct of before) construct.node.addDependency(policy);
  return policy;
};
