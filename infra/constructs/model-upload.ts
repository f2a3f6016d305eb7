import { join } from 'node:path';
import { CustomResource, Duration, RemovalPolicy } from 'aws-cdk-lib';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import {
  Architecture,
  type Code,
  Function as LambdaFunction,
  LoggingFormat,
  Runtime,
} from 'aws-cdk-lib/aws-lambda';
import { LogGroup, type RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Asset } from 'aws-cdk-lib/aws-s3-assets';
import { Construct } from 'constructs';
import { acknowledge, arnOf } from '../acknowledge.ts';
import type { DeployedModel } from '../deployed-model.ts';
import { allowBelow } from './allow-below.ts';
import { MODELS_PREFIX, type ModelBucket } from './model-bucket.ts';

export interface ModelUploadProps {
  readonly model: DeployedModel;
  readonly bucket: ModelBucket;
  /** Code and handler of `functions/model-upload`. */
  readonly code: Code;
  readonly handler: string;
  readonly logRetention: RetentionDays;
}

/**
 * Puts a model into the model bucket as part of the deploy: its files travel as assets, and a custom resource copies
 * them inside S3, to `models/<digest>/<name>/`. The digest makes a prefix immutable: a version of the function that
 * starts again, during a deploy or after a rollback, finds the model it was deployed with.
 */
export class ModelUpload extends Construct {
  /** `s3://bucket/models/<digest>/<name>` */
  readonly modelUri: string;
  /** Done when the model is there. */
  readonly resource: CustomResource;

  constructor(scope: Construct, id: string, props: ModelUploadProps) {
    super(scope, id);
    const { model, bucket } = props;
    const assets = model.files.map((file) => ({
      file,
      asset: new Asset(this, file.replaceAll('/', '-'), { path: join(model.folder, file) }),
    }));
    const target = `${MODELS_PREFIX}${model.digest}/`;

    const copier = this.copier(props);
    copier.addToPrincipalPolicy(
      new PolicyStatement({
        actions: ['s3:GetObject'],
        resources: assets.map(({ asset }) => asset.bucket.arnForObjects(asset.s3ObjectKey)),
      }),
    );
    allowBelow(copier, bucket.bucket, target, ['s3:PutObject']);
    acknowledge(
      this,
      `IAM5[Resource::${arnOf(bucket.bucket)}/${target}*]`,
      'The files of one model, below the prefix of its content.',
    );
    this.resource = new CustomResource(this, 'Copies', {
      resourceType: 'Custom::DrosteModelUpload',
      serviceToken: copier.serviceToken,
      // a copier that dies without an answer is noticed then, not after CloudFormation's hour
      serviceTimeout: Duration.minutes(6),
      properties: {
        bucket: bucket.bucket.bucketName,
        prefix: `${target}${model.name}/`,
        files: Object.fromEntries(
          assets.map(({ file, asset }) => [file, `${asset.s3BucketName}/${asset.s3ObjectKey}`]),
        ),
      },
    });
    this.resource.node.addDependency(copier.permissions);
    this.modelUri = bucket.bucket.s3UrlForObject(`${target}${model.name}`);
  }

  private copier({ code, handler, logRetention }: ModelUploadProps) {
    const logGroup = new LogGroup(this, 'Logs', {
      retention: logRetention,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    const role = new Role(this, 'Role', { assumedBy: new ServicePrincipal('lambda.amazonaws.com') });
    logGroup.grantWrite(role);
    const copier = new LambdaFunction(this, 'Copier', {
      description: 'Copies the files of a deploy’s model into the model bucket',
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      code,
      handler,
      role,
      // copies of some hundred megabytes take S3 a few seconds
      timeout: Duration.minutes(5),
      memorySize: 256,
      logGroup,
      loggingFormat: LoggingFormat.JSON,
    });
    return {
      serviceToken: copier.functionArn,
      permissions: role,
      addToPrincipalPolicy: (statement: PolicyStatement) => role.addToPrincipalPolicy(statement),
    };
  }
}
