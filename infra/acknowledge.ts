import * as cdk from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';

/**
 * Says why what cdk-nag's AwsSolutions pack finds is right as it is. Findings name the exact permission, so one that is
 * added later is found again.
 *
 * An aws-cdk-lib that knows no such answers has none to give: apps of their own may be older than this one.
 *
 * @param rule `S1`, `IAM5[Resource::…]`
 */
export const acknowledge = (construct: IConstruct, rule: string, reason: string): void => {
  if ('Validations' in cdk) cdk.Validations.of(construct).acknowledge({ id: `AwsSolutions-${rule}`, reason });
};

/** How cdk-nag writes a resource's ARN: by its logical id. */
export const arnOf = (construct: IConstruct): string =>
  `<${cdk.Stack.of(construct).getLogicalId(construct.node.defaultChild as cdk.CfnElement)}.Arn>`;
