import { CfnOutput, Duration, Stack, type StackProps } from 'aws-cdk-lib';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import { Architecture, Code } from 'aws-cdk-lib/aws-lambda';
import { Topic } from 'aws-cdk-lib/aws-sns';
import type { Construct } from 'constructs';
import { acknowledgeFindings } from './acknowledgements.ts';
import type { Bundle } from './bundle/bundle.ts';
import { addDashboard } from './constructs/dashboard.ts';
import { type Authorization, ClassifyApi } from './constructs/http-api.ts';
import { grantReadImages } from './constructs/image-buckets.ts';
import { ModelBucket, STORE_PREFIX } from './constructs/model-bucket.ts';
import { ModelUpload } from './constructs/model-upload.ts';
import { SelfRecursiveFunction } from './constructs/self-recursive-function.ts';
import type { DeployedModel } from './deployed-model.ts';
import type { Options } from './options.ts';

/** What a bundle is to the stack. */
export type BundledCode = Pick<Bundle, 'directory' | 'handler'>;

export interface DrosteStackProps extends StackProps {
  readonly options: Options;
  /** For `options.architecture`. */
  readonly classify: BundledCode;
  /** The model to upload, and what uploads it. Default: the one in the bundle answers. */
  readonly upload?: { readonly model: DeployedModel; readonly copier: BundledCode };
}

const lambdaArchitectures = { arm64: Architecture.ARM_64, x64: Architecture.X86_64 } as const;

const authorizationOf = ({ auth, jwtIssuer = '', jwtAudience = [] }: Options): Authorization =>
  auth === 'jwt' ? { kind: 'jwt', issuer: jwtIssuer, audience: jwtAudience } : { kind: auth };

/** classify behind an alias and `POST /classify`, with its bucket, alarms and dashboard. */
export class DrosteStack extends Stack {
  constructor(scope: Construct, id: string, { options, classify, upload, ...props }: DrosteStackProps) {
    super(scope, id, props);
    const logRetention = options.logRetentionDays;

    const models = new ModelBucket(this, 'Models', { removal: options.removal });
    const uploaded =
      upload &&
      new ModelUpload(this, 'ModelUpload', {
        model: upload.model,
        bucket: models,
        code: Code.fromAsset(upload.copier.directory),
        handler: upload.copier.handler,
        logRetention,
      });

    const fn = new SelfRecursiveFunction(this, 'Classify', {
      description: 'Classifies pictures; invokes itself for batches',
      code: Code.fromAsset(classify.directory),
      handler: classify.handler,
      architecture: lambdaArchitectures[options.architecture],
      memoryMb: options.memoryMb,
      timeout: Duration.seconds(options.timeoutSeconds),
      environment: {
        MAX_WORK_PER_REQUEST: String(options.maxWork),
        NUM_PARALLEL_REQUESTS: String(options.parallel),
        MAX_SLOTS: String(options.slots),
        MAX_DEPTH: String(options.maxDepth),
        STORE: models.bucket.s3UrlForObject(STORE_PREFIX),
        ...(uploaded && { MODEL: uploaded.modelUri, MODELS_URI: uploaded.modelsUri }),
      },
      logRetention,
      ...(options.reservedConcurrency !== undefined && { reservedConcurrency: options.reservedConcurrency }),
      ...(options.provisionedConcurrency !== undefined && {
        provisionedConcurrency: options.provisionedConcurrency,
      }),
      // two trees at once are nothing to be told of
      alarms: { concurrency: 2 * options.slots },
      ...(options.alarmTopicArn !== undefined && {
        alarmActions: [new SnsAction(Topic.fromTopicArn(this, 'AlarmTopic', options.alarmTopicArn))],
      }),
    });
    models.grantReadModels(fn.role);
    models.grantStore(fn.role);
    grantReadImages(this, fn.role, options.imageBuckets);
    // a new version starts with its model in place
    if (uploaded) fn.function.node.addDependency(uploaded.resource);

    const http = new ClassifyApi(this, 'Http', {
      target: fn.alias,
      authorization: authorizationOf(options),
      requestsPerSecond: options.requestsPerSecond,
      requestBurst: options.requestBurst,
      logRetention,
    });
    addDashboard(this, fn, http.api);
    acknowledgeFindings({
      models,
      classify: fn,
      upload: uploaded,
      imageBuckets: options.imageBuckets,
      openApi: options.auth === 'none' ? http : undefined,
    });

    new CfnOutput(this, 'AliasArn', { value: fn.alias.functionArn, description: 'Invoke this' });
    new CfnOutput(this, 'ApiUrl', { value: http.url, description: `POST here (auth=${options.auth})` });
    new CfnOutput(this, 'BucketName', {
      value: models.bucket.bucketName,
      description: 'Models, and what batches put aside',
    });
  }
}
