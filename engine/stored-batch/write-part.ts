import { createHash } from 'node:crypto';
import type { ObjectStore } from '../../platform/storage/index.ts';
import { type Part, partKey } from './part-key.ts';

/** The part that lines of results make, and its content. */
export const partOf = (start: number, lines: readonly string[], failed: number) => {
  const content = Buffer.from(lines.map((line) => `${line}\n`).join(''));
  const digest = createHash('sha256').update(content).digest('hex').slice(0, 16);
  const part: Part = { start, end: start + lines.length, failed, digest };
  return { part, content };
};

/** Writes results of consecutive items as a part. @returns its key */
export const writePart = async (
  store: ObjectStore,
  batch: string,
  start: number,
  lines: readonly string[],
  failed: number,
): Promise<string> => {
  const { part, content } = partOf(start, lines, failed);
  const key = partKey(batch, part);
  await store.put(key, content);
  return key;
};
