import { type IRole, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Bucket } from 'aws-cdk-lib/aws-s3';
import type { Construct } from 'constructs';

/**
 * Lets a role read the pictures of buckets that exist already. Listing is part of it for the sake of the message: to
 * who may not list, S3 says of a missing object that access is denied.
 */
export const grantReadImages = (scope: Construct, role: IRole, names: readonly string[]): void => {
  if (names.length === 0) return;
  const buckets = names.map((name) => Bucket.fromBucketName(scope, `Images-${name}`, name));
  role.addToPrincipalPolicy(
    new PolicyStatement({
      actions: ['s3:GetObject'],
      resources: buckets.map((bucket) => bucket.arnForObjects('*')),
    }),
  );
  role.addToPrincipalPolicy(
    new PolicyStatement({
      actions: ['s3:ListBucket'],
      resources: buckets.map(({ bucketArn }) => bucketArn),
    }),
  );
};
