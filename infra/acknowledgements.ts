import { type CfnElement, Stack, Validations } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';
import {
  MODELS_PREFIX,
  type ModelBucket,
  STORE_PREFIX,
  THUMBNAILS_PREFIX,
} from './constructs/model-bucket.ts';
import type { ModelUpload } from './constructs/model-upload.ts';
import type { SelfRecursiveFunction } from './constructs/self-recursive-function.ts';
import type { VersionedFunction } from './constructs/versioned-function.ts';

/** What findings may be about. */
export interface Acknowledged {
  readonly models: ModelBucket;
  readonly classify: SelfRecursiveFunction;
  readonly thumbnail: SelfRecursiveFunction;
  readonly orchestrate: VersionedFunction;
  readonly upload: ModelUpload | undefined;
  /** Names. */
  readonly imageBuckets: readonly string[];
  /** The construct of an API that is open on purpose. */
  readonly openApi: IConstruct | undefined;
}

const acknowledge = (construct: IConstruct, rule: string, reason: string): void =>
  Validations.of(construct).acknowledge({ id: `AwsSolutions-${rule}`, reason });

/** How cdk-nag writes a resource's ARN: by its logical id. */
const arnOf = (construct: IConstruct): string =>
  `<${Stack.of(construct).getLogicalId(construct.node.defaultChild as CfnElement)}.Arn>`;

/**
 * Says, finding by finding, why what cdk-nag's AwsSolutions pack finds is right as it is. Each names the exact
 * permission: one that is added later is found again.
 */
export const acknowledgeFindings = (about: Acknowledged): void => {
  const { models, classify, thumbnail, orchestrate, upload, imageBuckets, openApi } = about;
  const bucketArn = arnOf(models.bucket);

  acknowledge(
    models.bucket,
    'S1',
    'The bucket holds published models, and what batches put aside for a week; CloudTrail records who reads them where that matters.',
  );
  for (const fn of [classify, thumbnail, orchestrate]) {
    acknowledge(
      fn.role,
      'IAM5[Resource::*]',
      'X-Ray: PutTraceSegments and PutTelemetryRecords know no resources.',
    );
  }
  for (const fn of [classify, thumbnail]) {
    acknowledge(
      fn,
      `IAM5[Resource::${arnOf(fn.function)}:*]`,
      'Every retained version calls itself by number, and the alias by name: the wildcard is the qualifier of one function.',
    );
    acknowledge(
      orchestrate.role,
      `IAM5[Resource::${arnOf(fn.function)}:*]`,
      'A tree is called by the alias, and stays on the version that answered first: the wildcard is the qualifier of one function.',
    );
    acknowledge(
      fn.role,
      `IAM5[Resource::${bucketArn}/${STORE_PREFIX}*]`,
      'Payloads and parts of batches have keys of their own below their prefix.',
    );
    for (const name of imageBuckets) {
      acknowledge(
        fn.role,
        `IAM5[Resource::arn:<AWS::Partition>:s3:::${name}/*]`,
        'Which pictures are read is said by the requests; the bucket was named by the deploy (-c imageBuckets).',
      );
    }
  }
  acknowledge(
    classify.role,
    `IAM5[Resource::${bucketArn}/${MODELS_PREFIX}*]`,
    'Models are read by prefix: names and digests are those of deploys to come, too.',
  );
  acknowledge(
    thumbnail.role,
    `IAM5[Resource::${bucketArn}/${THUMBNAILS_PREFIX}*]`,
    'Thumbnails are named by their content.',
  );
  if (upload) {
    acknowledge(
      upload,
      `IAM5[Resource::${bucketArn}/${MODELS_PREFIX}${upload.digest}/*]`,
      'The files of one model, below the prefix of its content.',
    );
  }
  if (openApi) acknowledge(openApi, 'APIG4', 'Chosen by -c auth=none, with a warning of its own.');
};
