import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { sha256OfFiles } from '../../functions/classify/index.ts';
import { InvalidRequestError, isRecord, messageOf, parseJson } from '../../platform/index.ts';

/** What results depend on beside the picture. Two runs of the same identity answer a picture alike. */
export type RunIdentity = Readonly<Record<'function' | 'options' | (string & {}), unknown>>;

/** A digest of everything in a model's folder: labels and preprocessing change results as much as the graph does. */
export const modelDigest = async (folder: string): Promise<string> => {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  return sha256OfFiles(files.toSorted());
};

/**
 * Binds a file of results to the run that makes them, by a small file beside it: results of another model or with
 * other options do not belong into it.
 *
 * @param isNew whether there are no results in it yet; then what it was bound to is past
 * @throws InvalidRequestError where it is bound to another run, saying what differs
 */
export const bindToRun = (path: string, identity: RunIdentity, isNew: boolean): void => {
  const beside = `${path}.run`;
  if (isNew || !existsSync(beside)) {
    try {
      writeFileSync(beside, `${JSON.stringify(identity)}\n`);
    } catch (cause) {
      throw new InvalidRequestError(
        `--resume: expected to write what it is of beside it: ${messageOf(cause)}`,
        { cause },
      );
    }
    return;
  }
  const read = parseJson(readFileSync(beside, 'utf8'));
  const there = isRecord(read) ? read : {};
  const shown = (value: unknown): string => JSON.stringify(value ?? null);
  const said = Object.keys(identity)
    .filter((key) => shown(there[key]) !== shown(identity[key]))
    .map((key) => `${key} ${shown(there[key])} there, ${shown(identity[key])} here`);
  if (said.length === 0) return;
  throw new InvalidRequestError(
    `--resume: ${path} holds results of another run (${said.join('; ')}): name another file, or remove ${beside}`,
  );
};
