import { CfnOutput, Stack, type StackProps } from 'aws-cdk-lib';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import { Code } from 'aws-cdk-lib/aws-lambda';
import { Topic } from 'aws-cdk-lib/aws-sns';
import type { Construct } from 'constructs';
import { acknowledgeFindings } from './acknowledgements.ts';
import { addDashboard } from './constructs/dashboard.ts';
import { type Authorization, PicturesApi } from './constructs/http-api.ts';
import { ModelBucket } from './constructs/model-bucket.ts';
import { ModelUpload } from './constructs/model-upload.ts';
import type { DeployedModel } from './deployed-model.ts';
import { addClassify } from './functions/classify.ts';
import type { BundledCode } from './functions/common.ts';
import { addOrchestrate } from './functions/orchestrate.ts';
import { addThumbnail } from './functions/thumbnail.ts';
import type { Options } from './options.ts';

export interface DrosteStackProps extends StackProps {
  readonly options: Options;
  /** The functions' bundles, for `options.architecture`. */
  readonly bundles: Readonly<Record<'classify' | 'thumbnail' | 'orchestrate', BundledCode>>;
  /** The model to upload, and what uploads it. Default: the one in the bundle answers. */
  readonly upload?: { readonly model: DeployedModel; readonly copier: BundledCode };
}

const authorizationOf = ({ auth, jwtIssuer = '', jwtAudience = [] }: Options): Authorization =>
  auth === 'jwt' ? { kind: 'jwt', issuer: jwtIssuer, audience: jwtAudience } : { kind: auth };

/** The functions behind their aliases and `POST /<function>`, with their bucket, alarms and dashboard. */
export class DrosteStack extends Stack {
  constructor(scope: Construct, id: string, { options, bundles, upload, ...props }: DrosteStackProps) {
    super(scope, id, props);
    const logRetention = options.logRetentionDays;
    const { alarmTopicArn } = options;
    const actions =
      alarmTopicArn === undefined
        ? []
        : [new SnsAction(Topic.fromTopicArn(this, 'AlarmTopic', alarmTopicArn))];

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
    const classify = addClassify(this, options, bundles.classify, { models, uploaded, actions });
    const thumbnail = addThumbnail(this, options, bundles.thumbnail, { models, actions });
    const targets = { classify, thumbnail };
    const orchestrate = addOrchestrate(this, options, bundles.orchestrate, { targets, actions });

    const http = new PicturesApi(this, 'Http', {
      routes: { classify: classify.alias, thumbnail: thumbnail.alias, orchestrate: orchestrate.alias },
      authorization: authorizationOf(options),
      requestsPerSecond: options.requestsPerSecond,
      requestBurst: options.requestBurst,
      logRetention,
    });
    addDashboard(this, classify, http.api);
    acknowledgeFindings({
      models,
      classify,
      thumbnail,
      orchestrate,
      upload: uploaded,
      imageBuckets: options.imageBuckets,
      openApi: options.auth === 'none' ? http : undefined,
    });

    const output = (name: string, value: string, description: string) =>
      new CfnOutput(this, name, { value, description });
    output('AliasArn', classify.alias.functionArn, 'Invoke this to classify');
    output('ThumbnailArn', thumbnail.alias.functionArn, 'Invoke this for thumbnails');
    output('OrchestrateArn', orchestrate.alias.functionArn, 'Invoke this to run several functions');
    output('ApiUrl', `${http.url}/classify`, `POST here (auth=${options.auth})`);
    output('BucketName', models.bucket.bucketName, 'Models, thumbnails, and what batches put aside');
  }
}
