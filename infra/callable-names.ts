import type { VersionedFunction } from './constructs/versioned-function.ts';

/** The functions that others may call, as `FUNCTIONS` has them. */
export const callableNames = (targets: ReadonlyMap<string, VersionedFunction>): string =>
  [...targets]
    .map(([name, target]) => `${name}=${target.function.functionName}:${target.alias.aliasName}`)
    .join(',');
