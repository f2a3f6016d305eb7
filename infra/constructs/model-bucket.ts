import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import type { IRole } from 'aws-cdk-lib/aws-iam';
import { BlockPublicAccess, Bucket, BucketEncryption, ObjectOwnership } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { acknowledge, arnOf } from '../acknowledge.ts';
import { allowBelow } from './allow-below.ts';

/** Prefixes of the bucket. */
export const MODELS_PREFIX = 'models/';
/** Below it go models that are pushed to the stack; those that are deployed have digests beside it, and replace none. */
export const PUSHED_PREFIX = `${MODELS_PREFIX}pushed`;
export const STORE_PREFIX = 'store/';

/** Claims are read within minutes; results of a manifest are to be fetched, and an interrupted batch continued, within this. */
const storeLifetime = Duration.days(7);

export interface ModelBucketProps {
  /** `destroy` empties and removes the bucket with the stack. */
  readonly removal: 'retain' | 'destroy';
}

/** The bucket of models, and of what trees put aside: private, TLS only, encrypted, versioned. */
export class ModelBucket extends Construct {
  readonly bucket: Bucket;

  constructor(scope: Construct, id: string, { removal }: ModelBucketProps) {
    super(scope, id);
    const destroy = removal === 'destroy';
    this.bucket = new Bucket(this, 'Bucket', {
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      objectOwnership: ObjectOwnership.BUCKET_OWNER_ENFORCED,
      encryption: BucketEncryption.S3_MANAGED,
      enforceSSL: true,
      minimumTLSVersion: 1.2,
      versioned: true,
      lifecycleRules: [
        {
          id: 'store',
          prefix: STORE_PREFIX,
          expiration: storeLifetime,
          noncurrentVersionExpiration: storeLifetime,
        },
        // of models that were pushed again, of thumbnails that were made again
        { id: 'replaced', noncurrentVersionExpiration: Duration.days(30) },
        { id: 'unfinished', abortIncompleteMultipartUploadAfter: Duration.days(1) },
      ],
      removalPolicy: destroy ? RemovalPolicy.DESTROY : RemovalPolicy.RETAIN,
      ...(destroy && { autoDeleteObjects: true }),
    });
    acknowledge(
      this.bucket,
      'S1',
      'The bucket holds published models, and what batches put aside for a week; CloudTrail records who reads them where that matters.',
    );
  }

  /**
   * Lets a role do something with what is below a prefix, as `allowBelow` does.
   *
   * @param because why all below the prefix, and no single object
   */
  allow(
    role: IRole,
    actions: readonly string[],
    prefix: string,
    { because }: { readonly because: string },
  ): void {
    allowBelow(role, this.bucket, prefix, actions);
    acknowledge(role, `IAM5[Resource::${arnOf(this.bucket)}/${prefix}*]`, because);
  }
}
