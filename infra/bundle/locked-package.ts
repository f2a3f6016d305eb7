import { readFile } from 'node:fs/promises';
import * as z from 'zod';
import { ConfigurationError, parseJson } from '../../platform/index.ts';
import { lockFile } from './folders.ts';

const lockSchema = z.object({
  packages: z.record(
    z.string(),
    z.looseObject({ version: z.string().optional(), integrity: z.string().optional() }),
  ),
});

/** A package as the lock file has it. */
export interface LockedPackage {
  readonly name: string;
  readonly version: string;
  /** `sha512-…` of its tarball. */
  readonly integrity: string;
}

const installCommand = 'npm install --package-lock-only';

/**
 * Looks packages up in the project's lock file, which has all platforms' though npm installs only the machine's own.
 *
 * @throws ConfigurationError for a lock file that is missing or malformed, and for a package it does not have
 */
export const lockedPackages = async (
  root: string,
  names: readonly string[],
): Promise<readonly LockedPackage[]> => {
  const path = lockFile(root);
  const text = await readFile(path, 'utf8').catch((cause: unknown) => {
    throw new ConfigurationError(`${path}: expected the lock file, received none (${installCommand})`, {
      cause,
    });
  });
  const { data: lock, error: cause } = lockSchema.safeParse(parseJson(text));
  if (lock === undefined) {
    throw new ConfigurationError(`${path}: expected npm's lock file, received something else`, { cause });
  }
  return names.map((name) => {
    const { version, integrity } = lock.packages[`node_modules/${name}`] ?? {};
    if (version !== undefined && integrity !== undefined) return { name, version, integrity };
    throw new ConfigurationError(
      `${path}: expected ${name} with version and integrity, received none (${installCommand})`,
    );
  });
};
