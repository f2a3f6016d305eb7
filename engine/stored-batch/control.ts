import * as z from 'zod';
import type { ObjectStore } from '../../platform/storage/index.ts';
import { treeOptionsShape } from '../protocol/options.ts';

/** What whoever watches over a stored batch wants of the invocations that work on it. */
export interface BatchControl {
  /** Nothing more is to be done. */
  readonly cancelled?: boolean | undefined;
  /** How many invocations may run at once. Default: what the request and the function's configuration say. */
  readonly slots?: number | undefined;
}

const controlSchema = z.strictObject({
  cancelled: z.boolean().optional(),
  slots: treeOptionsShape.slots,
});

const keyOf = (batch: string): string => `batches/${batch}/control.json`;

/** What is wanted of a batch; nothing where nobody has said anything. */
export const readControl = async (store: ObjectStore, batch: string): Promise<BatchControl> => {
  const content = await store.get(keyOf(batch));
  return content ? controlSchema.parse(JSON.parse(Buffer.from(content).toString('utf8'))) : {};
};

/** Says what is wanted of a batch, in the place of what was said before. Invocations hear it within seconds. */
export const writeControl = (store: ObjectStore, batch: string, control: BatchControl): Promise<void> =>
  store.put(keyOf(batch), Buffer.from(JSON.stringify(control)));

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
  const { cancelled = false, slots } = await readControl(store, batch);
  return cancelled || (began !== undefined && slots !== began.slots);
};
