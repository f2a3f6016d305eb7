import { type FunctionName, InvalidRequestError, quote, VCPU_MEMORY_MB } from '../platform/index.ts';
import { checkFunction, type LocalFunction } from './local-function.ts';

/** There is one region and one account here, so of a function's name only these matter. */
type Called = Pick<FunctionName, 'name' | 'qualifier'>;

/** Region and account of the local host: the examples of AWS's own documentation. */
export const DEFAULT_REGION = 'us-east-1';
const ACCOUNT = '123456789012';

const DEFAULT_TIMEOUT_MS = 30_000;

/** The version that may change; every other is a snapshot. */
const LATEST = '$LATEST';

/** One version of a function. Immutable: another configuration is another object. */
export interface FunctionVersion {
  readonly functionName: string;
  readonly version: string;
  readonly module: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly memoryMb: number;
  readonly timeoutMs: number;
  readonly eventRetryDelaysMs: readonly number[];
  readonly onSuccess: string | undefined;
  readonly region: string;
  /** Unqualified ARN of the function. */
  readonly functionArn: string;
}

/** What may differ between two versions. */
export interface VersionChanges {
  readonly module?: string;
  readonly environment?: Readonly<Record<string, string>>;
}

/** What a name and qualifier resolve to: the version that runs, and the ARN as called. */
export type Resolution =
  | {
      readonly kind: 'found';
      readonly version: FunctionVersion;
      readonly invokedArn: string;
      readonly history: History;
    }
  | { readonly kind: 'missing'; readonly invokedArn: string };

/** The functions of a host, their versions and their aliases. */
export interface Versions {
  resolve(called: Called): Resolution;
  /** Publishes `$LATEST`, with these changes, as the next version; returns its number. */
  publish(name: string, changes?: VersionChanges): string;
  /** Points an alias, existing or new, at a version. */
  moveAlias(name: string, alias: string, version: string): void;
  /** True while the version is `$LATEST`, the newest published one, or an alias points to it. */
  isCurrent(version: FunctionVersion): boolean;
}

/** All there is of a function. */
export interface History {
  readonly latest: FunctionVersion;
  /** By number, in the order of publication. */
  readonly published: ReadonlyMap<string, FunctionVersion>;
  readonly aliases: ReadonlyMap<string, FunctionVersion>;
}

interface Entry extends History {
  latest: FunctionVersion;
  readonly published: Map<string, FunctionVersion>;
  readonly aliases: Map<string, FunctionVersion>;
}

const arnOf = (region: string, { name, qualifier }: Called): string =>
  `arn:aws:lambda:${region}:${ACCOUNT}:function:${name}${qualifier === undefined ? '' : `:${qualifier}`}`;

const describeLatest = (definition: LocalFunction): FunctionVersion => {
  const region = definition.environment?.AWS_REGION ?? DEFAULT_REGION;
  return Object.freeze({
    functionName: definition.name,
    version: LATEST,
    module: definition.module,
    environment: definition.environment ?? {},
    memoryMb: definition.memoryMb ?? VCPU_MEMORY_MB,
    timeoutMs: definition.timeoutMs ?? DEFAULT_TIMEOUT_MS,
    eventRetryDelaysMs: definition.eventRetryDelaysMs ?? [],
    onSuccess: definition.onSuccess,
    region,
    functionArn: arnOf(region, { name: definition.name }),
  });
};

/**
 * Registers the functions: each has `$LATEST`, version `1` of the same configuration, and its alias on version 1.
 *
 * @throws InvalidRequestError for a definition out of range, a name given twice, an unknown function or version.
 */
export const registerFunctions = (definitions: readonly LocalFunction[]): Versions => {
  const entries = new Map<string, Entry>();

  const entryOf = (name: string): Entry => {
    const entry = entries.get(name);
    if (entry !== undefined) return entry;
    throw new InvalidRequestError(
      `Expected one of the functions ${[...entries.keys()].join(', ')}, received ${name}`,
    );
  };

  const publish = (name: string, changes: VersionChanges = {}): string => {
    const entry = entryOf(name);
    const version = String(entry.published.size + 1);
    // a new object even without changes: environments of the old $LATEST are outdated by a publication
    entry.latest = Object.freeze({ ...entry.latest, ...changes });
    entry.published.set(version, Object.freeze({ ...entry.latest, version }));
    return version;
  };

  const moveAlias = (name: string, alias: string, version: string): void => {
    const entry = entryOf(name);
    const target = entry.published.get(version);
    if (target === undefined) {
      throw new InvalidRequestError(
        `Expected a published version of ${name} (1 to ${entry.published.size}), received ${version}`,
      );
    }
    if (!/^(?!\d+$)[\w-]{1,128}$/.test(alias)) {
      throw new InvalidRequestError(
        `Expected an alias of letters, digits, - and _ (not digits alone), received ${quote(alias)}`,
      );
    }
    entry.aliases.set(alias, target);
  };

  for (const definition of definitions) {
    checkFunction(definition);
    if (entries.has(definition.name)) {
      throw new InvalidRequestError(
        `Expected function names to be unique, received ${definition.name} twice`,
      );
    }
    entries.set(definition.name, {
      latest: describeLatest(definition),
      published: new Map(),
      aliases: new Map(),
    });
    moveAlias(definition.name, definition.alias ?? 'live', publish(definition.name));
  }

  return {
    publish,
    moveAlias,
    resolve: (called) => {
      const entry = entries.get(called.name);
      const invokedArn = arnOf(entry?.latest.region ?? DEFAULT_REGION, called);
      const { qualifier = LATEST } = called;
      const version =
        qualifier === LATEST
          ? entry?.latest
          : (entry?.published.get(qualifier) ?? entry?.aliases.get(qualifier));
      return entry === undefined || version === undefined
        ? { kind: 'missing', invokedArn }
        : { kind: 'found', version, invokedArn, history: entry };
    },
    isCurrent: (version) => {
      const entry = entries.get(version.functionName);
      if (entry === undefined) return false;
      const newest = entry.published.get(String(entry.published.size));
      return version === entry.latest || version === newest || [...entry.aliases.values()].includes(version);
    },
  };
};
