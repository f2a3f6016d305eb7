import { pathToFileURL } from 'node:url';
import type { HttpReply } from './http-server.ts';
import { readTarget } from './invoke-call.ts';
import type { LocalFunction } from './local-function.ts';
import { handlerName } from './process-variables.ts';
import { notFound } from './refusals.ts';
import { answerWith, refuse } from './replies.ts';
import type { FunctionVersion, Resolution, Versions } from './versions.ts';

/** Answers a question about a function. */
export type Read = (
  /** What the path names, decoded. */
  named: Readonly<Record<string, string>>,
  query: URLSearchParams,
) => HttpReply;

type Found = Extract<Resolution, { kind: 'found' }>;

/** Variables that Lambda keeps for itself; here they may be the credentials of whoever started the host. */
const KEPT_BACK = /^AWS_(?:ACCESS_KEY_ID|SECRET_ACCESS_KEY|SESSION_TOKEN)$/;

/** `FunctionConfiguration` of Lambda's API, with all of it that means something here. */
const configurationOf = (version: FunctionVersion, FunctionArn: string) => ({
  FunctionName: version.functionName,
  FunctionArn,
  Version: version.version,
  Runtime: 'nodejs24.x',
  Handler: handlerName(version.module),
  Timeout: Math.ceil(version.timeoutMs / 1000),
  MemorySize: version.memoryMb,
  Environment: {
    Variables: Object.fromEntries(
      Object.entries(version.environment).filter(([name]) => !KEPT_BACK.test(name)),
    ),
  },
  PackageType: 'Zip',
  Architectures: [process.arch === 'arm64' ? 'arm64' : 'x86_64'],
  State: 'Active',
  LastUpdateStatus: 'Successful',
});

const aliasOf = (Name: string, { functionArn, version }: FunctionVersion) => ({
  AliasArn: `${functionArn}:${Name}`,
  Name,
  FunctionVersion: version,
});

const sourceOf = ({ module }: FunctionVersion): string =>
  module.startsWith('file:') ? module : pathToFileURL(module).href;

/**
 * What Lambda's API is asked about functions by those who mean to call them, by operation. Everything is one page.
 *
 * @param concurrency the account's
 */
export const functionReads = (
  versions: Pick<Versions, 'resolve'>,
  functions: readonly LocalFunction[],
  concurrency: number,
): Readonly<Record<string, Read>> => {
  const reserved = new Map(functions.map(({ name, reservedConcurrency }) => [name, reservedConcurrency]));
  const reservedOf = ({ version: { functionName } }: Found) => {
    const ReservedConcurrentExecutions = reserved.get(functionName);
    return ReservedConcurrentExecutions === undefined ? {} : { ReservedConcurrentExecutions };
  };

  const about =
    (
      answer: (found: Found, query: URLSearchParams, named: Readonly<Record<string, string>>) => unknown,
    ): Read =>
    (named, query) => {
      const target = readTarget({
        functionName: named.FunctionName ?? '',
        qualifier: query.get('Qualifier') ?? undefined,
      });
      if ('status' in target) return refuse(target);
      const resolved = versions.resolve(target);
      if (resolved.kind === 'missing') return refuse(notFound(resolved.invokedArn));
      const body = answer(resolved, query, named);
      return body === undefined
        ? refuse(notFound(`${resolved.version.functionArn}:${named.Name}`))
        : answerWith(body);
    };

  const FUNCTION = 'GET /2015-03-31/functions/{FunctionName}';
  return {
    'GET /2015-03-31/functions': () =>
      answerWith({
        Functions: functions.flatMap(({ name }) => {
          const found = versions.resolve({ name });
          return found.kind === 'found' ? [configurationOf(found.version, found.invokedArn)] : [];
        }),
      }),
    [FUNCTION]: about((found) => ({
      Configuration: configurationOf(found.version, found.invokedArn),
      Code: { RepositoryType: 'local', Location: sourceOf(found.version) },
      Concurrency: reservedOf(found),
    })),
    [`${FUNCTION}/configuration`]: about(({ version, invokedArn }) => configurationOf(version, invokedArn)),
    [`${FUNCTION}/versions`]: about(({ history: { latest, published } }) => ({
      Versions: [latest, ...published.values()].map((version) =>
        configurationOf(version, `${version.functionArn}:${version.version}`),
      ),
    })),
    [`${FUNCTION}/aliases`]: about(({ history }, query) => {
      const wanted = query.get('FunctionVersion');
      const aliases = [...history.aliases].map(([name, version]) => aliasOf(name, version));
      return { Aliases: aliases.filter((alias) => wanted === null || alias.FunctionVersion === wanted) };
    }),
    [`${FUNCTION}/aliases/{Name}`]: about(({ history }, _query, { Name = '' }) => {
      const version = history.aliases.get(Name);
      return version && aliasOf(Name, version);
    }),
    'GET /2019-09-30/functions/{FunctionName}/concurrency': about(reservedOf),
    'GET /2016-08-19/account-settings': () => {
      const kept = [...reserved.values()].reduce<number>((sum, own = 0) => sum + own, 0);
      return answerWith({
        AccountLimit: {
          ConcurrentExecutions: concurrency,
          UnreservedConcurrentExecutions: concurrency - kept,
        },
        AccountUsage: { FunctionCount: functions.length },
      });
    },
  };
};
