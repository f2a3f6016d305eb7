import type { IAlarmAction } from 'aws-cdk-lib/aws-cloudwatch';
import type { Construct } from 'constructs';
import { grantReadImages } from '../constructs/image-buckets.ts';
import { type ModelBucket, STORE_PREFIX } from '../constructs/model-bucket.ts';
import type { ModelUpload } from '../constructs/model-upload.ts';
import { SelfRecursiveFunction } from '../constructs/self-recursive-function.ts';
import type { Options } from '../options.ts';
import { type BundledCode, commonProps, treeEnvironment } from './common.ts';

/** Labels pictures: reads its model and pictures, puts payloads and results aside. */
export const addClassify = (
  scope: Construct,
  options: Options,
  code: BundledCode,
  {
    models,
    uploaded,
    actions,
  }: { models: ModelBucket; uploaded: ModelUpload | undefined; actions: IAlarmAction[] },
): SelfRecursiveFunction => {
  const fn = new SelfRecursiveFunction(scope, 'Classify', {
    ...commonProps(options, code, actions),
    description: 'Classifies pictures; invokes itself for batches',
    environment: {
      ...treeEnvironment(options),
      STORE: models.bucket.s3UrlForObject(STORE_PREFIX),
      ...(uploaded && { MODEL: uploaded.modelUri, MODELS_URI: uploaded.modelsUri }),
    },
    ...(options.reservedConcurrency !== undefined && { reservedConcurrency: options.reservedConcurrency }),
    ...(options.provisionedConcurrency !== undefined && {
      provisionedConcurrency: options.provisionedConcurrency,
    }),
  });
  models.grantReadModels(fn.role);
  models.grantStore(fn.role);
  grantReadImages(fn, fn.role, options.imageBuckets);
  // a new version starts with its model in place
  if (uploaded) fn.function.node.addDependency(uploaded.resource);
  return fn;
};
