import { InvalidRequestError, quote, quoteJson, readJson, VersionSkewError } from '../../platform/index.ts';
import type { ObjectStore } from '../../platform/storage/index.ts';
import type { ListSource } from './list-source.ts';
import { BATCH_NAME } from './part-key.ts';

/** What the results of a batch depend on, as far as it is known before any work. */
export interface BatchSource {
  readonly manifest: string | ListSource;
  /** Of the list. */
  readonly etag: string;
  readonly items: number;
  /** The function's own, and no others: the shape of the tree changes no result. */
  readonly options: Readonly<Record<string, unknown>>;
  /** Of the function. */
  readonly version: string;
}

const folderOf = (batch: string): string => `batches/${batch}/`;

const sourceKey = (batch: string): string => `${folderOf(batch)}source.json`;

const identityFolder = (batch: string): string => `${folderOf(batch)}identity/`;

const textOf = (content: Uint8Array): string => Buffer.from(content).toString('utf8');

/** The name of a batch: what the caller wants to continue or call it, or that of the request. */
export const batchName = (asked: string | undefined, requestId: string): string => {
  const name = asked ?? requestId;
  if (BATCH_NAME.test(name)) return name;
  throw new InvalidRequestError(
    `options.resume: expected the name of a batch (letters, digits, ".", "_", "-"; at most 100), received ${quote(name)}`,
  );
};

/**
 * Binds a name to what its results depend on; parts say which items they have by index alone. Of several roots at once
 * one binds it, and the others find it bound.
 *
 * @returns whether the name is new; otherwise it was bound to the same before, and there may be parts.
 * @throws InvalidRequestError when it is bound to something else, saying to what.
 */
export const bindName = async (store: ObjectStore, batch: string, source: BatchSource): Promise<boolean> => {
  const key = sourceKey(batch);
  const options = Object.fromEntries(Object.entries(source.options).sort(([a], [b]) => (a < b ? -1 : 1)));
  const wanted: Readonly<Record<string, unknown>> = { ...source, options };
  if (await store.create(key, Buffer.from(JSON.stringify(wanted)))) return true;
  const known = (await readJson<Readonly<Record<string, unknown>>>(store, key)) ?? {};
  const other = Object.keys(wanted).find(
    (name) => JSON.stringify(known[name]) !== JSON.stringify(wanted[name]),
  );
  if (other === undefined) return false;
  throw new InvalidRequestError(otherThan(batch, other, known[other], wanted[other]));
};

/** Batches of jobs are named by those who keep jobs: nobody who started one has chosen the name. */
const IS_OF_JOB = /^job-/;

const otherThan = (batch: string, what: string, known: unknown, wanted: unknown): string => {
  const [began, found] = [`${what} ${quoteJson(known)}`, `${what} ${quoteJson(wanted)}`];
  const changed = what === 'etag' ? ': the list has changed' : '';
  return IS_OF_JOB.test(batch)
    ? `Expected ${began}, with which ${batch} began, found ${found}${changed}; start another job`
    : `options.resume: expected ${found} to continue batch ${batch}, but that name belongs to ${began}${changed}; choose another name`;
};

/** What a name is bound to; undefined as long as it is not. */
export const readSource = (store: ObjectStore, batch: string): Promise<BatchSource | undefined> =>
  readJson(store, sourceKey(batch));

/** What the work functions of a batch have said of themselves in earlier runs. */
export const readIdentity = async (store: ObjectStore, batch: string): Promise<Record<string, string>> => {
  const folder = identityFolder(batch);
  const known: Record<string, string> = {};
  for (const { key } of await store.list(folder)) {
    known[decodeURIComponent(key.slice(folder.length))] = textOf((await store.get(key)) ?? Buffer.from(''));
  }
  return known;
};

/**
 * Makes what binds a batch to what its work functions say of themselves (a model's sha256), which nobody knows before
 * the first result. To be done before every part: no part of another model is ever written.
 *
 * @throws VersionSkewError when the batch is bound to another.
 */
export const createIdentityBinding = (store: ObjectStore, batch: string) => {
  const bound = new Set<string>();
  return async (identity: Readonly<Record<string, string>>): Promise<void> => {
    for (const [name, value] of Object.entries(identity)) {
      if (bound.has(name)) continue;
      const key = `${identityFolder(batch)}${encodeURIComponent(name)}`;
      if (!(await store.create(key, Buffer.from(value)))) {
        const known = textOf((await store.get(key)) ?? Buffer.from(''));
        if (known !== value) {
          throw new VersionSkewError(
            `Expected ${name} ${known}, to which batch ${batch} is bound, found ${value} here.`,
          );
        }
      }
      bound.add(name);
    }
  };
};
