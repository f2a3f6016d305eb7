import { CfnOutput, Stack, type StackProps } from 'aws-cdk-lib';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import { Code } from 'aws-cdk-lib/aws-lambda';
import { Topic } from 'aws-cdk-lib/aws-sns';
import type { Construct } from 'constructs';
import { functionNamed, functions } from '../functions/index.ts';
import { addDashboard } from './constructs/dashboard.ts';
import { type Authorization, PicturesApi } from './constructs/http-api.ts';
import { ModelBucket } from './constructs/model-bucket.ts';
import { ModelUpload } from './constructs/model-upload.ts';
import type { DeployedModel } from './deployed-model.ts';
import { addFunctions, type BundledCode } from './functions.ts';
import { Inboxes } from './inboxes.ts';
import type { Options } from './options.ts';

export interface DrosteStackProps extends StackProps {
  readonly options: Options;
  /** The functions' bundles by their names, for `options.architecture`. */
  readonly bundles: Readonly<Record<string, BundledCode>>;
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
    const alarmActions =
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
    const added = addFunctions(this, bundles, { options, models, uploaded, alarmActions });
    const { inbox } = options;
    if (inbox !== undefined) {
      new Inboxes(this, 'Inbox', { inbox, options, functions: added, alarmActions });
    }
    const http = new PicturesApi(this, 'Http', {
      routes: Object.fromEntries([...added].map(([name, { alias }]) => [name, alias])),
      authorization: authorizationOf(options),
      requestsPerSecond: options.requestsPerSecond,
      requestBurst: options.requestBurst,
      logRetention,
    });
    const output = (name: string, value: string, description: string) =>
      new CfnOutput(this, name, { value, description });
    for (const [name, fn] of added) {
      const isFirst = name === functions[0]?.name;
      if (isFirst) addDashboard(this, fn, http.api);
      const id = isFirst ? 'AliasArn' : `${fn.node.id}Arn`;
      output(id, fn.alias.functionArn, `Invoke this: ${functionNamed(name)?.description}`);
    }
    output('ApiUrl', `${http.url}/classify`, `POST here (auth=${options.auth})`);
    output('BucketName', models.bucket.bucketName, 'Models, thumbnails, and what batches put aside');
  }
}
