import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import { type IGrantable, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { BlockPublicAccess, Bucket, BucketEncryption, ObjectOwnership } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';

/** Prefixes of the bucket. */
export const MODELS_PREFIX = 'models/';
export const STORE_PREFIX = 'store/';
export const THUMBNAILS_PREFIX = 'thumbnails/';

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
        { id: 'replaced', prefix: MODELS_PREFIX, noncurrentVersionExpiration: Duration.days(30) },
        { id: 'unfinished', abortIncompleteMultipartUploadAfter: Duration.days(1) },
      ],
      removalPolicy: destroy ? RemovalPolicy.DESTROY : RemovalPolicy.RETAIN,
      ...(destroy && { autoDeleteObjects: true }),
    });
  }

  /** Lets a function read models: their objects, and the list of them. */
  grantReadModels({ grantPrincipal }: IGrantable): void {
    const { bucket } = this;
    grantPrincipal.addToPrincipalPolicy(
      new PolicyStatement({
        actions: ['s3:GetObject'],
        resources: [bucket.arnForObjects(`${MODELS_PREFIX}*`)],
      }),
    );
    grantPrincipal.addToPrincipalPolicy(
      new PolicyStatement({
        actions: ['s3:ListBucket'],
        resources: [bucket.bucketArn],
        conditions: { StringLike: { 's3:prefix': `${MODELS_PREFIX}*` } },
      }),
    );
  }

  /** Lets a function write thumbnails. */
  grantThumbnails({ grantPrincipal }: IGrantable): void {
    grantPrincipal.addToPrincipalPolicy(
      new PolicyStatement({
        actions: ['s3:PutObject'],
        resources: [this.bucket.arnForObjects(`${THUMBNAILS_PREFIX}*`)],
      }),
    );
  }

  /** Lets a function put payloads and results aside, and find and read them again. */
  grantStore({ grantPrincipal }: IGrantable): void {
    const { bucket } = this;
    grantPrincipal.addToPrincipalPolicy(
      new PolicyStatement({
        actions: ['s3:GetObject', 's3:PutObject'],
        resources: [bucket.arnForObjects(`${STORE_PREFIX}*`)],
      }),
    );
    grantPrincipal.addToPrincipalPolicy(
      new PolicyStatement({
        actions: ['s3:ListBucket'],
        resources: [bucket.bucketArn],
        conditions: { StringLike: { 's3:prefix': `${STORE_PREFIX}*` } },
      }),
    );
  }
}
