import { InvalidRequestError } from '../../platform/index.ts';
import { type OptionsShape, type Schema, type Validated, validate } from '../schema.ts';
import { type ListSource, readManifestSource, readPrefixSource } from '../stored-batch/list-source.ts';
import { type TreeOptions, treeOptionsShape } from './options.ts';

/** How a function's requests look. */
export interface RequestForm {
  /** Name of one item in requests and results: `image` makes `{"image": …}` and `{"images": […]}`. */
  readonly itemKey: string;
  /** What an item must be. Default: any JSON. */
  readonly item: Schema;
  /** The function's own options, beside those of the tree. */
  readonly options: OptionsShape;
}

/** An item as the caller wrote it, and what was read; or why it could not be. */
export type ReadItem =
  | { readonly given: unknown; readonly item: unknown }
  | { readonly given: unknown; readonly invalid: InvalidRequestError };

/** A request of any form. The reply has the same form. */
export interface Request {
  readonly form: 'one' | 'list' | 'batch' | 'manifest';
  /** Empty for a manifest. */
  readonly items: readonly ReadItem[];
  /** Where the items are listed, for a manifest or a prefix. */
  readonly list?: ListSource;
  readonly options: TreeOptions & Readonly<Record<string, unknown>>;
  /** The options as the caller wrote them: children read them again. */
  readonly givenOptions: Readonly<Record<string, unknown>>;
}

const describe = (value: unknown): string => {
  if (value === null || typeof value !== 'object') return JSON.stringify(value)?.slice(0, 80) ?? 'nothing';
  return Array.isArray(value)
    ? 'an array'
    : `an object with keys ${Object.keys(value).join(', ') || '(none)'}`;
};

/** Without the type at the end of Zod's messages: the value itself is shown after it. */
const expectation = (message: string): string => {
  const [received = '', ...before] = message.split(', received ').toReversed();
  return before.length > 0 && /^\w+$/.test(received) ? before.toReversed().join(', received ') : message;
};

/** What is wrong with a value, and inside which of its properties. */
const expectations = ({ issues }: Extract<Validated<unknown>, { issues: unknown }>): string =>
  issues
    .map(({ message, path }) => `${path.length > 0 ? `${path.join('.')}: ` : ''}${expectation(message)}`)
    .join('; ');

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const unwrap = (value: unknown, itemKey: string): unknown =>
  isRecord(value) && itemKey in value && Object.keys(value).length === 1 ? value[itemKey] : value;

/** Reads one item; `place` says in the message which one it is. */
export const readItem = (value: unknown, place: string, { itemKey, item }: RequestForm): ReadItem => {
  const read = validate(item, unwrap(value, itemKey));
  if ('value' in read) return { given: value, item: read.value };
  return {
    given: value,
    invalid: new InvalidRequestError(`${place}: ${expectations(read)}, received ${describe(value)}`),
  };
};

/** Reads the options. @throws InvalidRequestError naming the option, what was expected and what was received. */
export const readOptions = (value: unknown, { options: own }: RequestForm): Request['options'] => {
  if (!isRecord(value)) {
    throw new InvalidRequestError(`options: Invalid input: expected object, received ${describe(value)}`);
  }
  const shape: OptionsShape = { ...treeOptionsShape, ...own };
  const unknown = Object.keys(value).filter((name) => !Object.hasOwn(shape, name));
  if (unknown.length > 0) {
    const known = Object.keys(shape).join(', ');
    throw new InvalidRequestError(`options: unknown ${unknown.join(', ')}; expected one of ${known}`);
  }
  const options: Record<string, unknown> = {};
  for (const [name, schema] of Object.entries(shape)) {
    const read = validate(schema, value[name]);
    if ('issues' in read) {
      const received = describe(value[name]);
      throw new InvalidRequestError(`options.${name}: ${expectations(read)}, received ${received}`);
    }
    if (read.value !== undefined) options[name] = read.value;
  }
  return options;
};

/**
 * Reads a request of any form: one item, `{"image": item, "options": {…}}`, a list, `{"images": [items], "options": {…}}` (with the
 * function's own item key), or `{"manifest": …, "options": {…}}` or `{"prefix": …, "options": {…}}`. An item that is not one is told apart,
 * so that under `collect` it costs the others nothing.
 *
 * @throws InvalidRequestError when the request as a whole, or an option, is not understood.
 */
export const readRequest = (event: unknown, form: RequestForm): Request => {
  const { itemKey } = form;
  const listKey = `${itemKey}s`;
  const list = (values: readonly unknown[], name: string) =>
    values.map((value, index) => readItem(value, `${name}[${index}]`, form));

  /** Where none are given, defaults hold, and one that has to be given is missed. */
  const both = (options?: unknown) => ({
    options: readOptions(options ?? {}, form),
    givenOptions: isRecord(options) ? options : {},
  });
  if (Array.isArray(event)) return { form: 'list', items: list(event, listKey), ...both() };
  const one = (value: unknown, options?: unknown): Request => ({
    form: 'one',
    items: [readItem(value, itemKey, form)],
    ...both(options),
  });
  if (!isRecord(event)) return one(event);
  const { [listKey]: items, [itemKey]: item, manifest, prefix, options, ...rest } = event;
  const isAlone = (value: unknown) =>
    value !== undefined &&
    [items, item, manifest, prefix].filter((other) => other !== undefined).length === 1;
  if (Object.keys(rest).length === 0) {
    if (isAlone(item)) return one(item, options);
    if (isAlone(items) && Array.isArray(items)) {
      return { form: 'batch', items: list(items, listKey), ...both(options) };
    }
    if (isAlone(manifest)) {
      return { form: 'manifest', items: [], list: readManifestSource(manifest), ...both(options) };
    }
    if (isAlone(prefix)) {
      return { form: 'manifest', items: [], list: readPrefixSource(prefix), ...both(options) };
    }
  }
  throw new InvalidRequestError(
    `Expected an ${itemKey}, {"${itemKey}": …, "options": {…}}, a list of them, {"${listKey}": […], "options": {…}}, {"manifest": "s3://…", "options": {…}} or {"prefix": "s3://…/", "options": {…}}, ` +
      `received ${describe(event)}`,
  );
};
