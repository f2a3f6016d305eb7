import * as z from 'zod';
import { InvalidRequestError } from '../../platform/errors.ts';
import type { OwnOptionsShape, TreeOptions } from './options.ts';
import { optionsSchema } from './options.ts';

/** How a function's requests look. */
export interface RequestForm {
  /** Name of one item in requests and results: `image` makes `{"image": …}` and `{"images": […]}`. */
  readonly itemKey: string;
  /** What an item must be. Default: any JSON. */
  readonly item: z.ZodType;
  /** The function's own options, beside those of the tree. */
  readonly options: OwnOptionsShape;
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
  /** Where the items are listed, for a manifest. */
  readonly manifest?: string;
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

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const unwrap = (value: unknown, itemKey: string): unknown =>
  isRecord(value) && itemKey in value && Object.keys(value).length === 1 ? value[itemKey] : value;

/** Reads one item; `place` says in the message which one it is. */
export const readItem = (value: unknown, place: string, { itemKey, item }: RequestForm): ReadItem => {
  const parsed = item.safeParse(unwrap(value, itemKey));
  if (parsed.success) return { given: value, item: parsed.data };
  const expected = expectation(z.prettifyError(parsed.error).replace(/^✖ /gm, '').replaceAll('\n', '; '));
  return {
    given: value,
    invalid: new InvalidRequestError(`${place}: ${expected}, received ${describe(value)}`),
  };
};

/** Reads the options. @throws InvalidRequestError naming the option, what was expected and what was received. */
export const readOptions = (value: unknown, { options }: RequestForm): Request['options'] => {
  const parsed = optionsSchema(options).safeParse(value);
  if (parsed.success) return parsed.data as Request['options'];
  const [issue] = parsed.error.issues;
  if (issue?.code === 'unrecognized_keys') {
    const known = Object.keys(optionsSchema(options).shape).join(', ');
    throw new InvalidRequestError(`options: unknown ${issue.keys.join(', ')}; expected one of ${known}`);
  }
  const path = issue?.path.join('.');
  const received = path ? (value as Record<string, unknown>)[String(issue?.path[0])] : value;
  throw new InvalidRequestError(
    `options${path ? `.${path}` : ''}: ${expectation(issue?.message ?? 'not understood')}, received ${describe(received)}`,
  );
};

/**
 * Reads a request of any form: one item, `{"image": item}`, a list, `{"images": [items], "options": {…}}` (with the
 * function's own item key), or `{"manifest": uri, "options": {…}}`. An item that is not one is told apart,
 * so that under `collect` it costs the others nothing.
 *
 * @throws InvalidRequestError when the request as a whole, or an option, is not understood.
 */
export const readRequest = (event: unknown, form: RequestForm): Request => {
  const { itemKey } = form;
  const listKey = `${itemKey}s`;
  const list = (values: readonly unknown[], name: string) =>
    values.map((value, index) => readItem(value, `${name}[${index}]`, form));

  const plain = { options: {}, givenOptions: {} };
  if (Array.isArray(event)) return { form: 'list', items: list(event, listKey), ...plain };
  const one = (value: unknown): Request => ({
    form: 'one',
    items: [readItem(value, itemKey, form)],
    ...plain,
  });
  if (!isRecord(event)) return one(event);
  const { [listKey]: items, [itemKey]: item, manifest, options, ...rest } = event;
  const isAlone = (value: unknown) =>
    value !== undefined && [items, item, manifest].filter((other) => other !== undefined).length === 1;
  if (Object.keys(rest).length === 0) {
    if (isAlone(item) && options === undefined) return one(item);
    const readBoth = () => ({
      options: readOptions(options ?? {}, form),
      givenOptions: isRecord(options) ? options : {},
    });
    if (isAlone(items) && Array.isArray(items)) {
      return { form: 'batch', items: list(items, listKey), ...readBoth() };
    }
    if (isAlone(manifest) && typeof manifest === 'string') {
      return { form: 'manifest', items: [], manifest, ...readBoth() };
    }
  }
  throw new InvalidRequestError(
    `Expected an ${itemKey}, {"${itemKey}": …}, a list of them, {"${listKey}": […], "options": {…}} or {"manifest": "s3://…", "options": {…}}, ` +
      `received ${describe(event)}`,
  );
};
