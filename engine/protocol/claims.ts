import { createHash } from 'node:crypto';
import { ChildInvocationError } from '../../platform/index.ts';
import type { ObjectStore } from '../../platform/storage/index.ts';

/** A note that stands for a payload put aside. It names the content, not the place: whoever opens it looks in its own store. */
export interface Claim {
  /** Lower-case hexadecimal. */
  readonly sha256: string;
  readonly bytes: number;
}

const digest = (content: Uint8Array): string => createHash('sha256').update(content).digest('hex');

const keyOf = (sha256: string): string => `claims/${sha256}`;

/** Puts a payload aside, once however often it is put. */
export const checkIn = async (store: ObjectStore, content: Uint8Array): Promise<Claim> => {
  const sha256 = digest(content);
  await store.put(keyOf(sha256), content);
  return { sha256, bytes: content.length };
};

/**
 * Takes a payload back.
 *
 * @throws ChildInvocationError when it is not there (any more), or is not what the claim says.
 */
export const redeem = async (store: ObjectStore, { sha256, bytes }: Claim): Promise<Uint8Array> => {
  const content = await store.get(keyOf(sha256));
  if (!content) {
    throw new ChildInvocationError(
      `Expected a payload of ${bytes} bytes at ${store.location}${keyOf(sha256)}, found none: it may have expired.`,
    );
  }
  const received = digest(content);
  if (received === sha256 && content.length === bytes) return content;
  throw new ChildInvocationError(
    `Expected ${bytes} bytes of sha256 ${sha256} at ${store.location}, received ${content.length} of ${received}.`,
  );
};
