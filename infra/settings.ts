import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isRecord } from '../platform/index.ts';
import { type Options, optionNames, readOptions } from './options.ts';

type Context = Readonly<Record<string, unknown>>;

const isGiven = (value: unknown): boolean => (value ?? '') !== '';

const textOf = (value: unknown): string =>
  [value]
    .flat()
    .map((one) => (typeof one === 'object' ? JSON.stringify(one) : String(one)))
    .join(',');

/** What differs from the defaults: the same for the same deploy, wherever its options stood. */
export const changedOptions = (options: Options): Partial<Options> => {
  const defaults = readOptions(() => undefined);
  const changed = optionNames.filter(
    (name) => JSON.stringify(options[name]) !== JSON.stringify(defaults[name]),
  );
  return Object.fromEntries(changed.map((name) => [name, options[name]]));
};

/** `context` of the file in which options stand; nothing of it where there is no such file, for the CDK reads it first. */
export const keptContext = async (folder: string): Promise<Context> => {
  const content = await readFile(join(folder, 'cdk.json'), 'utf8').catch(() => '{}');
  const read: unknown = JSON.parse(content);
  return isRecord(read) && isRecord(read.context) ? read.context : {};
};

/**
 * What is deployed with, where it is not the default, for whoever deploys; and what of it the next deploy will not have.
 *
 * @param context of the app: from `-c`, and from the file
 * @param kept in the file
 */
export const describeSettings = (context: Context, kept: Context): string => {
  const given = optionNames.filter((name) => isGiven(context[name]));
  const texts = given.map((name) => `${name}=${textOf(context[name])}`);
  const passing = given.filter(
    (name) => !isGiven(kept[name]) || textOf(kept[name]) !== textOf(context[name]),
  );
  const settings = `settings: ${texts.join(' ') || 'none'} (-c, and context in cdk.json); everything else as by default`;
  if (passing.length === 0) return settings;
  const keep = JSON.stringify(Object.fromEntries(passing.map((name) => [name, context[name]])));
  return `${settings}\nonly after -c: ${passing.join(', ')}. A deploy without it undoes that; to keep it, in context of cdk.json: ${keep}`;
};
