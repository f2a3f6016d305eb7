import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Bucket } from 'aws-cdk-lib/aws-s3';
import { acknowledge } from './acknowledge.ts';
import type { VersionedFunction } from './constructs/versioned-function.ts';
import type { Options } from './options.ts';

/**
 * Lets a function read pictures of buckets that exist already, or below prefixes of them. Listing is part of it for the
 * sake of the message: to who may not list, S3 says of a missing object that access is denied.
 */
export const grantReadImages = (
  { role }: VersionedFunction,
  { imageBuckets, imageKeyArns }: Pick<Options, 'imageBuckets' | 'imageKeyArns'>,
): void => {
  for (const [index, place] of imageBuckets.entries()) {
    const [name = '', ...folders] = place.split('/');
    const bucket = Bucket.fromBucketName(role, `Images${index}`, name);
    const below = `${folders.join('/')}*`;
    role.addToPrincipalPolicy(
      new PolicyStatement({ actions: ['s3:GetObject'], resources: [bucket.arnForObjects(below)] }),
    );
    role.addToPrincipalPolicy(
      new PolicyStatement({
        actions: ['s3:ListBucket'],
        resources: [bucket.bucketArn],
        ...(below !== '*' && { conditions: { StringLike: { 's3:prefix': below } } }),
      }),
    );
    acknowledge(
      role,
      `IAM5[Resource::arn:<AWS::Partition>:s3:::${name}/${below}]`,
      'Which pictures are read is said by the requests; the bucket was named by the deploy (-c imageBuckets).',
    );
  }
  if (imageKeyArns.length === 0) return;
  role.addToPrincipalPolicy(new PolicyStatement({ actions: ['kms:Decrypt'], resources: [...imageKeyArns] }));
};
