import { ConfigurationError } from '../../platform/errors.ts';

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
    `FUNCTIONS: expected name=function or name=function:alias, separated by commas, received ${JSON.stringify(entry)}`,
  );

/** An ARN has six colons before its qualifier (`arn:aws:lambda:region:account:function:name:alias`), a name none. */
const readTarget = (text: string, entry: string): Target => {
  const parts = text.split(':');
  const nameParts = parts[0] === 'arn' ? 7 : 1;
  if (parts.length < nameParts || parts.length > nameParts + 1 || parts.includes('')) throw malformed(entry);
  return { functionName: parts.slice(0, nameParts).join(':'), qualifier: parts[nameParts] };
};

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
    const [, name, target] = entryPattern.exec(entry) ?? [];
    if (name === undefined || target === undefined) throw malformed(entry);
    if (targets.has(name)) {
      throw new ConfigurationError(`FUNCTIONS: expected every name once, received ${name} twice`);
    }
    targets.set(name, readTarget(target, entry));
  }
  return targets;
};
