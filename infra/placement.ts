import { Annotations, Stack } from 'aws-cdk-lib';
import { SecurityGroup, Vpc } from 'aws-cdk-lib/aws-ec2';
import type { Construct } from 'constructs';
import type { Options } from './options.ts';

/** The VPC of a deploy, by what the functions need of it. */
export const networkOf = (scope: Construct, { vpcId, subnetIds, securityGroupIds }: Options) => {
  if (vpcId === undefined || subnetIds === undefined || securityGroupIds === undefined) return {};
  const stack = Stack.of(scope);
  const imported = <T extends Construct>(id: string, create: () => T): T =>
    (stack.node.tryFindChild(id) as T | undefined) ?? create();
  return {
    // which zones the subnets are in is nobody's concern here, and has to be said
    vpc: imported('Vpc', () => {
      const vpc = Vpc.fromVpcAttributes(stack, 'Vpc', {
        vpcId,
        availabilityZones: subnetIds.map(() => stack.region),
        privateSubnetIds: subnetIds,
      }) as Vpc;
      // routes are the network's own matter
      Annotations.of(vpc).acknowledgeWarning('@aws-cdk/aws-ec2:noSubnetRouteTableId');
      return vpc;
    }),
    securityGroups: securityGroupIds.map((id) =>
      imported(id, () => SecurityGroup.fromSecurityGroupId(stack, id, id) as SecurityGroup),
    ),
  };
};
