import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Bucket } from 'aws-cdk-lib/aws-s3';
import { acknowledge } from './acknowledge.ts';
import { allowBelow } from './constructs/allow-below.ts';
import type { VersionedFunction } from './constructs/versioned-function.ts';
import type { Options } from './options.ts';

/**
 * Lets a function read pictures of buckets that exist already, or below prefixes of them. Listing is part of it for the
 * sake of the message.
 */
export const grantReadImages = (
  { role }: VersionedFunction,
  { imageBuckets, imageKeyArns }: Pick<Options, 'imageBuckets' | 'imageKeyArns'>,
): void => {
  for (const [index, place] of imageBuckets.entries()) {
    const [name = '', ...folders] = place.split('/');
    const bucket = Bucket.fromBucketName(role, `Images${index}`, name);
    const prefix = folders.join('/');
    allowBelow(role, bucket, prefix, ['s3:GetObject', 's3:ListBucket']);
    acknowledge(
      role,
      `IAM5[Resource::arn:<AWS::Partition>:s3:::${name}/${prefix}*]`,
      'Which pictures are read is said by the requests; the bucket was named by the deploy (-c imageBuckets).',
    );
  }
  if (imageKeyArns.length === 0) return;
  role.addToPrincipalPolicy(new PolicyStatement({ actions: ['kms:Decrypt'], resources: [...imageKeyArns] }));
};
