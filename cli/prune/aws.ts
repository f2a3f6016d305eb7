import {
  CloudWatchLogsClient,
  DescribeLogGroupsCommand,
  paginateDescribeLogStreams,
} from '@aws-sdk/client-cloudwatch-logs';
import {
  DeleteFunctionCommand,
  type FunctionConfiguration,
  LambdaClient,
  paginateListAliases,
  paginateListVersionsByFunction,
} from '@aws-sdk/client-lambda';
import { DeleteObjectsCommand, paginateListObjectsV2, S3Client } from '@aws-sdk/client-s3';
import { ConfigurationError } from '../../platform/index.ts';
import { type AwsArguments, connectionOf } from '../options.ts';
import type { DeployedFolder, Version } from './rule.ts';

/** A version, and what of its configuration matters. */
export interface ConfiguredVersion extends Version {
  /** Its variable `MODEL`. */
  readonly model: string | undefined;
}

/** What AWS knows of a function, and can remove of it. */
export interface Prunable {
  /** Where its models are; undefined where it has none in a bucket. */
  readonly bucket: string | undefined;
  /** `MODEL` of $LATEST. */
  readonly latestModel: string | undefined;
  readonly versions: readonly ConfiguredVersion[];
  readonly aliases: ReadonlyMap<string, readonly string[]>;
  readonly ran: ReadonlySet<string>;
  readonly folders: readonly DeployedFolder[];
  removeVersion(version: string): Promise<void>;
  removeModel(folder: DeployedFolder): Promise<void>;
  close(): void;
}

/** Most objects that one call removes (DeleteObjects, API reference). */
const DELETED_AT_ONCE = 1_000;

const DAY_MS = 86_400_000;

const versionsOf = async (client: LambdaClient, FunctionName: string) => {
  const all: FunctionConfiguration[] = [];
  for await (const { Versions = [] } of paginateListVersionsByFunction({ client }, { FunctionName })) {
    all.push(...Versions);
  }
  return all;
};

const aliasesOf = async (client: LambdaClient, FunctionName: string) => {
  const names = new Map<string, string[]>();
  for await (const { Aliases = [] } of paginateListAliases({ client }, { FunctionName })) {
    for (const { Name = '', FunctionVersion = '', RoutingConfig } of Aliases) {
      for (const version of [
        FunctionVersion,
        ...Object.keys(RoutingConfig?.AdditionalVersionWeights ?? {}),
      ]) {
        names.set(version, [...(names.get(version) ?? []), Name]);
      }
    }
  }
  return names;
};

/**
 * The versions that have written to the log since: every environment has a stream of its own, which is called by its
 * version (`2026/11/21/[7]…`), and Lambda itself writes when an invocation starts.
 */
const ranSince = async (client: CloudWatchLogsClient, logGroupName: string, sinceMs: number) => {
  const { logGroups = [] } = await client.send(
    new DescribeLogGroupsCommand({ logGroupNamePrefix: logGroupName }),
  );
  const { retentionInDays } = logGroups.find((group) => group.logGroupName === logGroupName) ?? {};
  const days = Math.ceil((Date.now() - sinceMs) / DAY_MS);
  if (retentionInDays !== undefined && retentionInDays < days) {
    throw new ConfigurationError(
      `--days ${days}: expected a log that goes back so far, to tell what has run; ${logGroupName} keeps ${retentionInDays}`,
    );
  }
  const ran = new Set<string>();
  const pages = paginateDescribeLogStreams(
    { client },
    { logGroupName, orderBy: 'LastEventTime', descending: true },
  );
  for await (const { logStreams = [] } of pages) {
    for (const { logStreamName = '', lastEventTimestamp, creationTime = Date.now() } of logStreams) {
      if ((lastEventTimestamp ?? creationTime) < sinceMs) return ran;
      const [, version] = /\[(\$LATEST|\d{1,20})\]/.exec(logStreamName) ?? [];
      if (version !== undefined) ran.add(version);
    }
  }
  return ran;
};

/** The models that deploys have put below a prefix; what people pushed is called by no digest. */
const foldersOf = async (client: S3Client, Bucket: string, Prefix: string) => {
  const folders = new Map<string, DeployedFolder>();
  for await (const { Contents = [] } of paginateListObjectsV2({ client }, { Bucket, Prefix })) {
    for (const { Key = '', Size = 0, LastModified } of Contents) {
      const [digest] = /^[0-9a-f]{16}\//.exec(Key.slice(Prefix.length)) ?? [];
      if (digest === undefined) continue;
      const prefix = `${Prefix}${digest}`;
      const { keys = [], bytes = 0, putMs = 0 } = folders.get(prefix) ?? {};
      folders.set(prefix, {
        prefix,
        keys: [...keys, Key],
        bytes: bytes + Size,
        putMs: Math.max(putMs, LastModified?.getTime() ?? Date.now()),
      });
    }
  }
  return [...folders.values()];
};

/**
 * Reads what there is of a function.
 *
 * @param functionName name or ARN, without qualifier
 * @throws ConfigurationError where the log does not go back far enough; whatever AWS refuses
 */
export const openPrunable = async (
  functionName: string,
  sinceMs: number,
  args: AwsArguments,
): Promise<Prunable> => {
  const connection = connectionOf(args);
  const lambda = new LambdaClient(connection);
  const logs = new CloudWatchLogsClient(connection);
  const s3 = new S3Client({ ...connection, forcePathStyle: args.endpointUrl !== undefined });
  const close = () => {
    for (const client of [lambda, logs, s3]) client.destroy();
  };
  try {
    const [configured, aliases] = await Promise.all([
      versionsOf(lambda, functionName),
      aliasesOf(lambda, functionName),
    ]);
    const latest = configured.find(({ Version }) => Version === '$LATEST');
    // each version writes where it was told to when it was published
    const logGroups = new Set(
      configured.map(
        ({ LoggingConfig, FunctionName }) => LoggingConfig?.LogGroup ?? `/aws/lambda/${FunctionName}`,
      ),
    );
    const variables = latest?.Environment?.Variables ?? {};
    const [, bucket, prefix = ''] = /^s3:\/\/([^/]+)\/(.*\/)?pushed$/.exec(variables.MODELS_URI ?? '') ?? [];
    const ran = new Set<string>();
    for (const group of logGroups) {
      for (const version of await ranSince(logs, group, sinceMs)) ran.add(version);
    }
    const folders = bucket === undefined ? [] : await foldersOf(s3, bucket, prefix);
    return {
      ...{ bucket, aliases, ran, folders },
      latestModel: variables.MODEL,
      versions: configured.flatMap(({ Version = '', LastModified = '', Environment }) =>
        /^\d+$/.test(Version)
          ? [
              {
                version: Version,
                publishedMs: Date.parse(LastModified),
                model: Environment?.Variables?.MODEL,
              },
            ]
          : [],
      ),
      removeVersion: async (version) => {
        await lambda.send(new DeleteFunctionCommand({ FunctionName: functionName, Qualifier: version }));
      },
      removeModel: async ({ keys }) => {
        for (let at = 0; at < keys.length; at += DELETED_AT_ONCE) {
          const Objects = keys.slice(at, at + DELETED_AT_ONCE).map((Key) => ({ Key }));
          const command = new DeleteObjectsCommand({ Bucket: bucket, Delete: { Objects, Quiet: true } });
          const { Errors: [error] = [] } = await s3.send(command);
          if (error) throw new Error(`${error.Key}: ${error.Code}: ${error.Message}`);
        }
      },
      close,
    };
  } catch (error) {
    close();
    throw error;
  }
};
