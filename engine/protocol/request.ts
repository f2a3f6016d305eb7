import {
  faultsOf,
  fromWireError,
  InvalidRequestError,
  isRecord,
  nameSome,
  quote,
  type WireError,
} from '../../platform/index.ts';
import { type OptionsShape, type Schema, type Validated, validate } from '../schema.ts';
import { type ListSource, readManifestSource, readPrefixSource } from '../stored-batch/list-source.ts';
import { onErrorOf, type TreeOptions, treeOptionsShape } from './options.ts';

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
  | { readonly given: unknown; readonly invalid: WireError };

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

/** Without the type at the end of Zod's messages: the value itself is shown after it. */
const expectation = (message: string): string => {
  const [received = '', ...before] = message.split(', received ').toReversed();
  return before.length > 0 && /^\w+$/.test(received) ? before.toReversed().join(', received ') : message;
};

const expectations = ({ issues }: Extract<Validated<unknown>, { issues: unknown }>): string =>
  faultsOf(issues.map(({ message, path }) => ({ message: expectation(message), path })));

const unwrap = (value: unknown, itemKey: string): unknown =>
  isRecord(value) && itemKey in value && Object.keys(value).length === 1 ? value[itemKey] : value;

/** Reads one item; `place` says in the message which one it is. */
export const readItem = (value: unknown, place: string, { itemKey, item }: RequestForm): ReadItem => {
  const read = validate(item, unwrap(value, itemKey));
  if ('value' in read) return { given: value, item: read.value };
  return {
    given: value,
    // no Error: there may be a million of them, and each would have a stack
    invalid: {
      name: 'InvalidRequestError',
      message: `${place}: ${expectations(read)}, received ${quote(value)}`,
    },
  };
};

/** Reads the options. @throws InvalidRequestError naming the option, what was expected and what was received. */
export const readOptions = (
  value: unknown,
  { options: own }: Pick<RequestForm, 'options'>,
): Request['options'] => {
  if (!isRecord(value)) {
    throw new InvalidRequestError(`options: Invalid input: expected object, received ${quote(value)}`);
  }
  const shape: OptionsShape = { ...treeOptionsShape, ...own };
  const unknown = Object.keys(value).filter((name) => !Object.hasOwn(shape, name));
  if (unknown.length > 0) {
    const known = Object.keys(shape).join(', ');
    throw new InvalidRequestError(`options: unknown ${nameSome(unknown)}; expected one of ${known}`);
  }
  const options: Record<string, unknown> = {};
  for (const [name, schema] of Object.entries(shape)) {
    const read = validate(schema, value[name]);
    if ('issues' in read) {
      const received = quote(value[name]);
      throw new InvalidRequestError(`options.${name}: ${expectations(read)}, received ${received}`);
    }
    if (read.value !== undefined) options[name] = read.value;
  }
  return options;
};

/**
 * Reads a request of any form: one item, `{"image": item, "options": {…}}`, a list, `{"images": [items], "options": {…}}` (with the
 * function's own item key), or `{"manifest": …, "options": {…}}` or `{"prefix": …, "options": {…}}`. An item that is not one is told apart,
 * so that under `collect` it costs the others nothing; under `raise` the first one ends the reading.
 *
 * @throws InvalidRequestError when the request as a whole, an option or under `raise` an item is not understood.
 */
export const readRequest = (event: unknown, form: RequestForm): Request => {
  const { itemKey } = form;
  const listKey = `${itemKey}s`;
  const list = (values: readonly unknown[], options: Request['options']) => {
    // one is enough to refuse them all; only who continues a batch may have left it behind
    const stops = onErrorOf(options) === 'raise' && options.resume === undefined;
    return values.map((value, index) => {
      const read = readItem(value, `${listKey}[${index}]`, form);
      if (stops && 'invalid' in read) throw fromWireError(read.invalid);
      return read;
    });
  };

  /** Where none are given, defaults hold, and one that has to be given is missed. */
  const both = (options?: unknown) => ({
    options: readOptions(options ?? {}, form),
    givenOptions: isRecord(options) ? options : {},
  });
  const listed = (as: 'list' | 'batch', values: readonly unknown[], given?: unknown): Request => {
    const read = both(given);
    return { form: as, items: list(values, read.options), ...read };
  };
  if (Array.isArray(event)) return listed('list', event);
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
      return listed('batch', items, options);
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
      `received ${quote(event)}`,
  );
};
