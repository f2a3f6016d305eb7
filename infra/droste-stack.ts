import { CfnOutput, Stack, type StackProps, Tags } from 'aws-cdk-lib';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import { Code } from 'aws-cdk-lib/aws-lambda';
import { Topic } from 'aws-cdk-lib/aws-sns';
import type { Construct } from 'constructs';
import { jobRoutes } from '../engine/jobs/index.ts';
import { functionNamed, functions, jobs as jobsDefinition, treeNames } from '../functions/index.ts';
import { addDashboard } from './constructs/dashboard.ts';
import { FailedEvents } from './constructs/failed-events.ts';
import { type Authorization, PicturesApi } from './constructs/http-api.ts';
import { ModelBucket } from './constructs/model-bucket.ts';
import { ModelUpload } from './constructs/model-upload.ts';
import { saveQueries } from './constructs/saved-queries.ts';
import { SelfRecursiveFunction } from './constructs/self-recursive-function.ts';
import type { DeployedModel } from './deployed-model.ts';
import { addFunctions, type BundledCode, bundleOf } from './functions.ts';
import { Inboxes } from './inboxes.ts';
import { addJobs } from './jobs.ts';
import type { Options } from './options.ts';
import { addPage, PAGE_ROUTE } from './page.ts';
import { changedOptions } from './settings.ts';

export interface DrosteStackProps extends StackProps {
  readonly options: Options;
  /** The functions' bundles by their names, for `options.architecture`. */
  readonly bundles: Readonly<Record<string, BundledCode>>;
  /** The model to upload, and what uploads it. Default: the one in the bundle answers. */
  readonly upload?: { readonly model: DeployedModel; readonly copier: BundledCode };
}

const authorizationOf = ({ auth, jwtIssuer = '', jwtAudience = [] }: Options): Authorization =>
  auth === 'jwt' ? { kind: 'jwt', issuer: jwtIssuer, audience: jwtAudience } : { kind: auth };

/** What every function has, in MB (AWS Lambda quotas). */
const LEAST_DISK_MB = 512;

/** A model is downloaded beside an older one of its name before it takes that one's place. */
const diskFor = (bytes: number): number | undefined => {
  const megabytes = Math.ceil((2 * bytes) / 2 ** 20);
  return megabytes > LEAST_DISK_MB ? megabytes : undefined;
};

/** The functions behind their aliases and `POST /<function>`, with their bucket, alarms and dashboard. */
export class DrosteStack extends Stack {
  constructor(scope: Construct, id: string, { options, bundles, upload, ...props }: DrosteStackProps) {
    super(scope, id, props);
    const logRetention = options.logRetentionDays;
    for (const each of options.tags) {
      const [name = '', ...value] = each.split('=');
      Tags.of(this).add(name, value.join('='));
    }
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
    const surroundings = {
      ...{ options, models, uploaded, alarmActions },
      modelDiskMb: upload && diskFor(upload.model.bytes),
    };
    const added = addFunctions(this, bundles, surroundings);
    const jobs = addJobs(this, bundleOf(bundles, jobsDefinition.name), added, surroundings);
    new FailedEvents(this, 'FailedEvents', {
      functions: [...added.values(), jobs],
      keeper: jobs,
      alarm: options.alarms,
      alarmActions,
    });
    const { inbox } = options;
    if (inbox !== undefined) {
      new Inboxes(this, 'Inbox', { inbox, options, functions: added, alarmActions });
    }
    const page = options.page ? addPage(this, bundleOf(bundles, 'page'), options) : undefined;
    const http = new PicturesApi(this, 'Http', {
      routes: Object.fromEntries([
        ...[...added].map(([name, { alias }]) => [`POST /${name}`, alias] as const),
        ...jobRoutes.map((route) => [route, jobs.alias] as const),
      ]),
      authorization: authorizationOf(options),
      open: page ? { [PAGE_ROUTE]: page.alias } : {},
      requestsPerSecond: options.requestsPerSecond,
      requestBurst: options.requestBurst,
      logRetention,
      alarmActions: options.alarms ? alarmActions : undefined,
    });
    const trees = new Map([...added].filter(([name]) => treeNames.includes(name)));
    if (options.dashboard) {
      saveQueries(this, options.stackName, trees.values());
      const own = [...added.values()].flatMap(({ alarms }) => Object.values(alarms ?? {}));
      addDashboard(this, {
        stackName: options.stackName,
        functions: trees,
        api: http.api,
        alarms: [...own, ...(http.alarm ? [http.alarm] : [])],
      });
    }
    const output = (name: string, value: string, description: string) =>
      new CfnOutput(this, name, { value, description });
    for (const [name, fn] of added) {
      const isFirst = name === functions[0]?.name;
      const id = isFirst ? 'AliasArn' : `${fn.node.id}Arn`;
      output(id, fn.alias.functionArn, `Invoke this: ${functionNamed(name)?.description}`);
      if (fn instanceof SelfRecursiveFunction && fn.url) {
        output(`${fn.node.id}Url`, fn.url.url, 'POST here, signed, with accept: application/x-ndjson');
      }
    }
    output('JobsArn', jobs.alias.functionArn, `Keeps jobs: ${jobsDefinition.description}`);
    output('ApiUrl', `${http.url}/classify`, `POST here (auth=${options.auth})`);
    if (page) output('PageUrl', `${http.url}/page`, 'Open this in a browser');
    output(
      'Settings',
      JSON.stringify(changedOptions(options)),
      'What was deployed with; all else by default',
    );
    output('BucketName', models.bucket.bucketName, 'Models, thumbnails, and what batches put aside');
  }
}
