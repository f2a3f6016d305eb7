import pMap from 'p-map';
import { InvalidRequestError, toWireError, type WireError } from '../../platform/index.ts';
import type { ObjectStore } from '../../platform/storage/index.ts';
import type { Handler, InvocationContext } from '../handler.ts';
import { type Inbox, isInside, resultSuffix } from './inbox.ts';
import type { CreatedObject } from './s3-event.ts';

/** What became of an object. */
export type ObjectOutcome = { readonly results: unknown } | { readonly error: WireError };

/** What became of each of them. */
export type OutcomeOf = (object: CreatedObject) => ObjectOutcome;

/** A function, and how it is asked. */
export interface Asked {
  readonly handler: Handler;
  readonly context: InvocationContext;
  /** Name of one item in its requests; an item is `s3://bucket/key`. */
  readonly itemKey: string;
  /** Of every request. */
  readonly options: Readonly<Record<string, unknown>>;
}

/** Kept back from the deadline for writing results, and of a short time a quarter of it. */
const RESULTS_MARGIN_MS = 5_000;

/** Results written at once. */
const WRITES_AT_ONCE = 16;

/** An object as items and logs name it. */
export const referenceOf = ({ bucket, key }: CreatedObject): string => `s3://${bucket}/${key}`;

const refusal = (message: string): ObjectOutcome => ({
  error: toWireError(new InvalidRequestError(message)),
});

/**
 * Works on objects as one batch, each once, however often it is named.
 *
 * @throws what the function throws as a whole.
 */
export const workOnObjects = async (
  objects: readonly CreatedObject[],
  { handler, context, itemKey, options: given }: Asked,
): Promise<OutcomeOf> => {
  const references = [...new Set(objects.map(referenceOf))];
  const remainingMs = context.getRemainingTimeInMillis();
  const options = {
    ...given,
    onError: 'collect',
    deadlineMs: Math.floor(Date.now() + remainingMs - Math.min(RESULTS_MARGIN_MS, remainingMs / 4)),
  };
  const request = { [`${itemKey}s`]: references, options };
  const { results } = (references.length === 0 ? { results: [] } : await handler(request, context)) as {
    readonly results: readonly ObjectOutcome[];
  };
  const outcomes = new Map(references.map((reference, index) => [reference, results[index]]));
  return (object) =>
    outcomes.get(referenceOf(object)) ??
    refusal(`Expected an outcome of ${referenceOf(object)}, found none.`);
};

/**
 * Works on objects that have landed in an inbox, and writes what comes of them. One that is outside of it, and one
 * whose result cannot be written, have failed.
 *
 * @param name of the function: its results are called `<key>.<name>.json`
 * @param store the place of results
 * @throws what the function throws as a whole.
 */
export const workOnLanded = async (
  objects: readonly CreatedObject[],
  inbox: Inbox,
  { name, store, ...asked }: Omit<Asked, 'options'> & { readonly name: string; readonly store: ObjectStore },
): Promise<OutcomeOf> => {
  const landed = objects.filter((object) => isInside(inbox, object));
  const outcomeOf = await workOnObjects(landed, { ...asked, options: inbox.options });
  const unwritten = new Map<string, ObjectOutcome>();
  const write = async (object: CreatedObject): Promise<void> => {
    const outcome = outcomeOf(object);
    if ('error' in outcome) return;
    const key = `${object.key.slice(inbox.prefix.length)}${resultSuffix(name)}`;
    try {
      await store.put(key, Buffer.from(`${JSON.stringify(outcome)}\n`), { contentType: 'application/json' });
    } catch (error) {
      unwritten.set(referenceOf(object), { error: toWireError(error) });
    }
  };
  await pMap(landed, write, { concurrency: WRITES_AT_ONCE });
  return (object) =>
    isInside(inbox, object)
      ? (unwritten.get(referenceOf(object)) ?? outcomeOf(object))
      : refusal(
          `Expected an object below s3://${inbox.bucket}/${inbox.prefix}, received ${referenceOf(object)}`,
        );
};
