import type { IAlarmAction } from 'aws-cdk-lib/aws-cloudwatch';
import type { Construct } from 'constructs';
import { grantReadImages } from '../constructs/image-buckets.ts';
import { type ModelBucket, STORE_PREFIX, THUMBNAILS_PREFIX } from '../constructs/model-bucket.ts';
import { SelfRecursiveFunction } from '../constructs/self-recursive-function.ts';
import type { Options } from '../options.ts';
import { type BundledCode, commonProps, treeEnvironment } from './common.ts';

/** Makes thumbnails: reads pictures, writes below one prefix of the bucket. */
export const addThumbnail = (
  scope: Construct,
  options: Options,
  code: BundledCode,
  { models, actions }: { models: ModelBucket; actions: IAlarmAction[] },
): SelfRecursiveFunction => {
  const fn = new SelfRecursiveFunction(scope, 'Thumbnail', {
    ...commonProps(options, code, actions),
    description: 'Makes thumbnails of pictures; invokes itself for batches',
    environment: {
      ...treeEnvironment(options),
      STORE: models.bucket.s3UrlForObject(STORE_PREFIX),
      OUTPUT: models.bucket.s3UrlForObject(THUMBNAILS_PREFIX),
    },
  });
  models.grantStore(fn.role);
  models.grantThumbnails(fn.role);
  grantReadImages(fn, fn.role, options.imageBuckets);
  return fn;
};
