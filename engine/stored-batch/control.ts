import * as z from 'zod';
import { putJson, readJson } from '../../platform/index.ts';
import type { ObjectStore } from '../../platform/storage/index.ts';
import { treeOptionsShape } from '../protocol/options.ts';

/** What whoever watches over a stored batch wants of the invocations that work on it. */
export interface BatchControl {
  /** Nothing more is to be done. */
  readonly cancelled?: boolean | undefined;
  /** How many invocations may run at once. Default: what the request and the function's configuration say. */
  readonly slots?: number | undefined;
}

const slotsSchema = z.strictObject({ slots: treeOptionsShape.slots });
const cancelledSchema = z.strictObject({ cancelled: z.boolean() });

// an object for each wish: of two that come at once, neither takes the other away
const slotsKey = (batch: string): string => `batches/${batch}/control.json`;
const cancelledKey = (batch: string): string => `batches/${batch}/cancelled.json`;

const readAs = async <T>(store: ObjectStore, key: string, schema: z.ZodType<T>): Promise<T | undefined> => {
  const json = await readJson(store, key);
  return json === undefined ? undefined : schema.parse(json);
};

const isCancelled = async (store: ObjectStore, batch: string): Promise<boolean> =>
  (await readAs(store, cancelledKey(batch), cancelledSchema))?.cancelled ?? false;

/** What is wanted of a batch; nothing where nobody has said anything. */
export const readControl = async (store: ObjectStore, batch: string): Promise<BatchControl> => {
  const [slots, cancelled] = await Promise.all([
    readAs(store, slotsKey(batch), slotsSchema),
    isCancelled(store, batch),
  ]);
  return { ...slots, ...(cancelled && { cancelled }) };
};

/** Says how many slots a batch may have; undefined: as before anything was said. Invocations hear it within seconds. */
export const writeSlots = (store: ObjectStore, batch: string, slots: number | undefined): Promise<void> =>
  putJson(store, slotsKey(batch), { slots });

/** Says whether a batch is cancelled. Invocations hear it within seconds. */
export const writeCancelled = (store: ObjectStore, batch: string, cancelled: boolean): Promise<void> =>
  putJson(store, cancelledKey(batch), { cancelled });

/**
 * Whether an invocation has to end early: the batch was cancelled, or its root began with another number of slots than
 * it may have now. What is done stays done, and whoever sends the request again goes on from there.
 *
 * @param began with what the root began; absent for a child, whom its root tells.
 */
export const mustEnd = async (
  store: ObjectStore,
  batch: string,
  began: BatchControl | undefined,
): Promise<boolean> => {
  if (!began) return isCancelled(store, batch);
  const { cancelled = false, slots } = await readControl(store, batch);
  return cancelled || slots !== began.slots;
};
