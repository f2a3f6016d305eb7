import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { IBucket } from 'aws-cdk-lib/aws-s3';

const LIST = 's3:ListBucket';

/**
 * Lets a role do something with what is below a prefix of a bucket; `s3:ListBucket` with the list of that alone. Who may
 * not list is told of a missing object that access is denied.
 */
export const allowBelow = (
  role: { addToPrincipalPolicy(statement: PolicyStatement): unknown },
  bucket: Pick<IBucket, 'bucketArn' | 'arnForObjects'>,
  prefix: string,
  actions: readonly string[],
): void => {
  const below = `${prefix}*`;
  const ofObjects = actions.filter((action) => action !== LIST);
  role.addToPrincipalPolicy(
    new PolicyStatement({ actions: ofObjects, resources: [bucket.arnForObjects(below)] }),
  );
  if (!actions.includes(LIST)) return;
  role.addToPrincipalPolicy(
    new PolicyStatement({
      actions: [LIST],
      resources: [bucket.bucketArn],
      ...(prefix !== '' && { conditions: { StringLike: { 's3:prefix': below } } }),
    }),
  );
};
