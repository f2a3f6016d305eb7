import { readdir, rm, stat } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';

/**
 * Which keys expire: by their first part, a pattern that all of the rest must match (from `^` to `$`). A folder may
 * hold other files too, in folders of the same names even, so nothing is anybody's to remove that no pattern names.
 */
export type Expiring = Readonly<Record<string, RegExp>>;

/** What a tree puts aside is of no use a day later; the lifecycle rule of the stack's bucket says the same. */
const EXPIRES_AFTER_MS = 24 * 60 * 60 * 1000;

/** What was being written when its process ended. */
const withoutPartial = (name: string): string => name.replace(/~[0-9a-f-]{36}$/, '');

/** Removes the expired objects of a folder whose keys the patterns name, and no other file; folders stay. */
export const removeExpired = async (directory: string, expiring: Expiring, nowMs: number): Promise<void> => {
  for (const [first, pattern] of Object.entries(expiring)) {
    const folder = join(directory, first);
    const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
    for (const entry of entries) {
      const path = join(entry.parentPath, entry.name);
      const rest = withoutPartial(relative(folder, path).split(sep).join('/'));
      if (!entry.isFile() || !pattern.test(rest)) continue;
      // another process may have removed it meanwhile
      const { mtimeMs = nowMs } = await stat(path).catch(() => ({ mtimeMs: nowMs }));
      if (nowMs - mtimeMs > EXPIRES_AFTER_MS) await rm(path, { force: true });
    }
  }
};
