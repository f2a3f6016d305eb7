import { ConfigurationError, parseFunctionName, quote } from '../platform/index.ts';

/** A function that may be called, by the name that requests call it. */
export interface Target {
  /** Name or ARN, without qualifier. */
  readonly functionName: string;
  /** Alias or version. Default: `live`, as for every caller from outside. */
  readonly qualifier: string | undefined;
}

/** The functions that requests may name. */
export type Targets = ReadonlyMap<string, Target>;

const entryPattern = /^\s*([\w-]+)\s*=\s*([\w:/-]+)\s*$/;

const malformed = (entry: string): ConfigurationError =>
  new ConfigurationError(
    `FUNCTIONS: expected name=function or name=function:alias, separated by commas, received ${quote(entry)}`,
  );

/**
 * Reads the allow-list: `classify=droste-classify:live,thumbnail=droste-thumbnail:live`. Nothing else can be called,
 * whatever a request says.
 *
 * @throws ConfigurationError for an empty list, a malformed entry, a name that is there twice.
 */
export const readTargets = (text: string | undefined): Targets => {
  if (!text?.trim()) {
    throw new ConfigurationError('FUNCTIONS: expected the functions that may be called, found none');
  }
  const targets = new Map<string, Target>();
  for (const entry of text.split(',')) {
    const [, name, called = ''] = entryPattern.exec(entry) ?? [];
    const target = parseFunctionName(called);
    if (name === undefined || target === undefined) throw malformed(entry);
    if (targets.has(name)) {
      throw new ConfigurationError(`FUNCTIONS: expected every name once, received ${name} twice`);
    }
    targets.set(name, { functionName: target.functionName, qualifier: target.qualifier });
  }
  return targets;
};
