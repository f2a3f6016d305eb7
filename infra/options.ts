import * as z from 'zod';
import { MAX_DEPTH_CAP, MAX_PARALLEL_REQUESTS, treeDefaults } from '../engine/limits.ts';
import { functions } from '../functions/index.ts';
import {
  ConfigurationError,
  MEMORY_MAX_MB,
  MEMORY_MIN_MB,
  TIMEOUT_MAX_MS,
  VCPU_MEMORY_MB,
} from '../platform/index.ts';
import { architectures, defaultArchitecture } from './bundle/architecture.ts';
import {
  bucketWithPrefix,
  list,
  numberFor,
  retentionDays,
  tag,
  text,
  wholeNumber,
  word,
  yesOrNo,
} from './context-values.ts';
import { bucketPlace, functionsWithOptions } from './inbox-values.ts';
import { reservedOf } from './reserved-concurrency.ts';

/** Ways of CodeDeploy to move callers to a new version. */
export const shiftNames = ['at once', 'canary', 'linear'] as const;

/** All names of context values, with what they must be. Sources of the ranges: AWS Lambda quotas. */
const shape = {
  /** Name of the stack. Several stacks are several independent deployments. */
  stackName: text(/^[A-Za-z][A-Za-z0-9-]{0,127}$/, 'letters, digits and hyphens, a letter first').default(
    'Droste',
  ),
  /** A model's name or folder; it is uploaded and read from S3. Default: the one in the bundle. */
  model: text(/./, 'a name or a folder').optional(),
  /** Buckets whose objects may be named as `s3://` references, or prefixes of them (`bucket/prefix/`). */
  imageBuckets: list(bucketWithPrefix).default([]),
  /** Keys that those buckets are encrypted with, where they are KMS keys of the customer's. */
  imageKeyArns: list(text(/^arn:aws[\w-]*:kms:[\w-]+:\d{12}:key\/[\w-]+$/, 'ARNs of KMS keys')).default([]),
  /** What lands below this prefix of a bucket is worked on. */
  inbox: bucketPlace.optional(),
  /** Where the results go. Default: beside what has landed. */
  inboxResults: bucketPlace.optional(),
  /** By which functions, and with which options. Default: classify, without any. */
  inboxFunctions: functionsWithOptions.optional(),
  /** Who may call `POST /classify`: signed requests, holders of a token, or everybody. */
  auth: word(['iam', 'jwt', 'none']).default('iam'),
  jwtIssuer: z.url({ protocol: /^https$/, error: 'expected an https:// URL' }).optional(),
  jwtAudience: list(text(/./, 'texts, parted by commas')).optional(),
  /** Whether replies may be streamed, with a URL of each function for signed requests. */
  streaming: yesOrNo.default(false),
  /** Whether the API serves a page, `GET /page`, that calls it with the token of whoever opens it. */
  page: yesOrNo.default(false),
  /** Default: one vCPU. */
  memoryMb: wholeNumber(MEMORY_MIN_MB, MEMORY_MAX_MB).default(VCPU_MEMORY_MB),
  /** Of one invocation; through the API a request has 29 s whatever this is. */
  timeoutSeconds: wholeNumber(1, TIMEOUT_MAX_MS / 1_000).default(120),
  /** Disk of an environment in MB, where models from S3 lie. Default: 512, or twice the model that is deployed. */
  ephemeralStorageMb: wholeNumber(512, 10_240).optional(),
  /** A VPC to run in, with subnets that lead to S3, Lambda and wherever pictures are, and security groups. */
  vpcId: text(/^vpc-[0-9a-f]{8,17}$/, 'the id of a VPC').optional(),
  subnetIds: list(text(/^subnet-[0-9a-f]{8,17}$/, 'ids of subnets')).optional(),
  securityGroupIds: list(text(/^sg-[0-9a-f]{8,17}$/, 'ids of security groups')).optional(),
  architecture: word(architectures).default(defaultArchitecture),
  /** Most environments of the function at once, kept for it; 0 stops it. Default: shares the account's. */
  reservedConcurrency: wholeNumber(0, 100_000).optional(),
  /** The same for any function, as `thumbnail=20`. */
  reservedConcurrencyOf: list(
    numberFor(
      functions.map(({ name }) => name),
      'thumbnail=20',
    ),
  ).default([]),
  /** Environments kept warm, at a price. */
  provisionedConcurrency: wholeNumber(1, 100_000).optional(),
  /** Items an invocation works on itself; `auto`: as each batch suits what an item was measured to take. */
  maxWork: z
    .union([z.literal('auto'), wholeNumber(1, 10_000)], {
      error: 'expected a whole number from 1 to 10000, or auto',
    })
    .default(treeDefaults.maxWorkPerRequest),
  parallel: wholeNumber(1, MAX_PARALLEL_REQUESTS).default(treeDefaults.numParallelRequests),
  /** Invocations of one tree at once. Default 100, or what is reserved. */
  slots: wholeNumber(1, 1_000_000).optional(),
  maxDepth: wholeNumber(0, MAX_DEPTH_CAP).default(treeDefaults.maxDepth),
  /** Requests per second that the API lets through, and how many at a stroke. */
  requestsPerSecond: wholeNumber(1, 10_000).default(50),
  requestBurst: wholeNumber(1, 5_000).default(100),
  logRetentionDays: retentionDays.default(30),
  /** What becomes of the bucket when the stack is destroyed. */
  removal: word(['retain', 'destroy']).default('retain'),
  /** Of everything in the stack. */
  tags: list(tag).default([]),
  /** How callers move to a new version; what is not at once is undone when errors set off the alarm. */
  shift: word(shiftNames).default('at once'),
  /** Whether there are alarms (about $0.10 a month each) and a dashboard ($3 a month). */
  alarms: yesOrNo.default(true),
  dashboard: yesOrNo.default(true),
  /** An SNS topic to tell of alarms. */
  alarmTopicArn: text(/^arn:aws[\w-]*:sns:[\w-]+:\d{12}:[\w-]+$/, 'the ARN of an SNS topic').optional(),
};

const schema = z
  .object(shape)
  .superRefine((options, context) => {
    const refuse = (name: keyof typeof shape, message: string) =>
      context.addIssue({ code: 'custom', path: [name], message, input: options[name] });
    const { auth, reservedConcurrency: reserved } = options;
    const isJwt = auth === 'jwt';
    for (const name of ['jwtIssuer', 'jwtAudience'] as const) {
      if (isJwt !== (options[name] !== undefined))
        refuse(name, `expected ${isJwt ? '' : 'only '}with auth=jwt`);
    }
    if (options.page && !isJwt) {
      refuse('page', 'expected only with auth=jwt, for a browser has no AWS credentials to sign with');
    }
    for (const name of ['inboxResults', 'inboxFunctions'] as const) {
      if (options.inbox === undefined && options[name] !== undefined)
        refuse(name, 'expected only with inbox');
    }
    const network = [options.vpcId, options.subnetIds, options.securityGroupIds];
    if (network.some((given) => given === undefined) && network.some((given) => given !== undefined)) {
      refuse('vpcId', 'expected together with subnetIds and securityGroupIds');
    }
    if (options.shift !== 'at once' && !options.alarms) refuse('shift', 'expected with alarms=true');
    if (!options.alarms && options.alarmTopicArn !== undefined) {
      refuse('alarmTopicArn', 'expected with alarms=true');
    }
    for (const name of ['reservedConcurrencyOf', 'tags'] as const) {
      const names = options[name].map((each) => each.slice(0, each.indexOf('=')));
      if (new Set(names).size < names.length) refuse(name, 'expected each name once');
    }
    const kept = reservedOf(options);
    if (reserved !== undefined && kept !== reserved) {
      refuse(
        'reservedConcurrencyOf',
        `expected no ${functions[0]?.name} beside reservedConcurrency, which is of it`,
      );
    }
    if (kept === undefined) return;
    const atMost = `expected at most what is reserved (${kept})`;
    if (kept > 0 && options.slots !== undefined && options.slots > kept) refuse('slots', atMost);
    if ((options.provisionedConcurrency ?? 0) > kept) refuse('provisionedConcurrency', atMost);
  })
  .transform((options) => ({
    ...options,
    slots: options.slots ?? Math.min(treeDefaults.slots, reservedOf(options) || treeDefaults.slots),
  }));

/** How to deploy. */
export type Options = Readonly<z.output<typeof schema>>;

/** Names of the context values that are read. */
export const optionNames = Object.keys(shape) as readonly (keyof typeof shape)[];

/** Names of the CDK itself and of its tools have a mark in them. */
const isOurs = (name: string): boolean => /^[A-Za-z]\w*$/.test(name);

/**
 * Refuses what is in the context and is no option: a name that is misspelled would leave its default in place.
 *
 * @throws ConfigurationError naming it, and the options there are
 */
export const checkNames = (context: Readonly<Record<string, unknown>>): void => {
  const unknown = Object.keys(context).filter(
    (name) => isOurs(name) && !optionNames.some((known) => known === name),
  );
  if (unknown.length === 0) return;
  throw new ConfigurationError(
    `-c ${unknown.join(', -c ')}: expected options of ${optionNames.join(', ')}; nothing is deployed with a name that is not known`,
  );
};

/**
 * Reads the options of a deploy from the CDK's context (`-c name=value`, or `context` in cdk.json). An empty value is
 * as good as none.
 *
 * @param contextOf the value of a name, undefined where there is none
 * @throws ConfigurationError naming each option that is wrong, with what was expected and what was received
 */
export const readOptions = (contextOf: (name: string) => unknown): Options => {
  const given = Object.fromEntries(
    optionNames.map((name) => [name, contextOf(name)] as const).filter(([, value]) => (value ?? '') !== ''),
  );
  const parsed = schema.safeParse(given);
  if (parsed.success) return Object.freeze(parsed.data);
  const faults = parsed.error.issues.map(({ path: [name = ''], message }) => {
    const received = given[String(name)];
    return `-c ${String(name)}: ${message}, received ${received === undefined ? 'none' : JSON.stringify(received)}`;
  });
  throw new ConfigurationError([...new Set(faults)].join('\n'));
};
