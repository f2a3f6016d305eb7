import { readFile, rm, writeFile } from 'node:fs/promises';

const besides = (path: string): string => `${path}.etag`;

/** The ETag of the answer a file began with; undefined where there was none that a range may depend on. */
export const readEtag = (path: string): Promise<string | undefined> =>
  readFile(besides(path), 'utf8').catch(() => undefined);

/** Keeps the ETag of the answer a file begins with, beside it. A weak one does not tell bytes apart (RFC 9110, 8.8.3). */
export const writeEtag = async (path: string, etag: string | undefined): Promise<void> => {
  if (etag?.startsWith('"')) await writeFile(besides(path), etag);
  else await rm(besides(path), { force: true });
};

/** Forgets it: the file is whole. */
export const forgetEtag = (path: string): Promise<void> => rm(besides(path), { force: true });
