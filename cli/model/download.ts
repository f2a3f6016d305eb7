import { writeFileSync } from 'node:fs';
import { constants, copyFile, readFile, rm } from 'node:fs/promises';
import { ModelLoadError } from '../../platform/index.ts';
import { digestOf, sizeOf } from './files.ts';
import { intoFile } from './into-file.ts';
import type { RemoteFile } from './sources.ts';
import { PassingFailure, type TryOptions, tryAgain } from './try-again.ts';
import { nowhere, type Web, type WebAnswer } from './web.ts';

const ok = 200;
const partialContent = 206;
const rangeNotSatisfiable = 416;

/** What a download needs beside the file. */
export interface DownloadOptions extends Omit<TryOptions, 'reached'> {
  readonly web: Web;
  readonly headers: Readonly<Record<string, string>>;
  /** Called with how many bytes of the file are here. */
  readonly onProgress?: (bytes: number) => void;
}

/** Beside a file that is on its way: the ETag of the answer it began with. */
const etagFile = (path: string): string => `${path}.etag`;

const forgetEtag = (path: string): Promise<void> => rm(etagFile(path), { force: true });

const forget = async (path: string): Promise<void> => {
  await rm(path, { force: true });
  await forgetEtag(path);
};

/** Reads `Content-Range`: where content begins, and how long all of it is; NaN for what it does not say. */
const readContentRange = (header: string | undefined) => {
  const [, first, total] = /^bytes (?:(\d+)-\d+|\*)\/(\d+|\*)$/.exec(header ?? '') ?? [];
  return { first: Number(first ?? Number.NaN), total: Number(total ?? Number.NaN) };
};

/** The headers that ask for the rest of a file, if the rest of the same file can be had. */
const rangeOf = async (
  { digest }: RemoteFile,
  path: string,
  here: number,
): Promise<Readonly<Record<string, string>>> => {
  const etag = (await readFile(etagFile(path), 'utf8').catch(() => '')) || undefined;
  // without an ETag only a digest can tell that both parts are of one file
  if (here === 0 || (etag === undefined && digest === undefined)) return {};
  return { range: `bytes=${here}-`, ...(etag !== undefined && { 'if-range': etag }) };
};

const checkLength = ({ url, bytes }: RemoteFile, announced: number): void => {
  if (bytes === undefined || Number.isNaN(announced) || announced === bytes) return;
  throw new ModelLoadError(`${url}: expected ${bytes} bytes, received the announcement of ${announced}`);
};

/** What an answer offers: where its content begins, or that all of it is here; `none` for an answer of no use. */
const offerOf = (answer: WebAnswer, file: RemoteFile, here: number): number | 'whole' | 'none' => {
  if (answer.status === ok) {
    checkLength(file, Number(answer.header('content-length') ?? Number.NaN));
    return 0;
  }
  const { first, total } = readContentRange(answer.header('content-range'));
  if (answer.status === rangeNotSatisfiable) return total === here ? 'whole' : 'none';
  if (first !== here) return 'none';
  checkLength(file, total);
  return here;
};

/**
 * Asks once for a file, or for the rest of it where a part is here already, and writes what comes.
 *
 * @returns whether bytes of an earlier answer are part of it
 */
const transfer = async (file: RemoteFile, path: string, options: DownloadOptions): Promise<boolean> => {
  const { web, signal, headers, onProgress } = options;
  const here = await sizeOf(path);
  const request = {
    url: file.url,
    headers: { ...headers, ...(await rangeOf(file, path, here)) },
    signal,
    accepted: [ok, partialContent, rangeNotSatisfiable],
  };
  let offer = 'none' as ReturnType<typeof offerOf>;
  let range: string | undefined;
  await web.get(request, (answer) => {
    offer = offerOf(answer, file, here);
    range = `status ${answer.status} with content-range ${answer.header('content-range')}`;
    if (typeof offer === 'string') return nowhere();
    const etag = answer.header('etag');
    // a weak one does not tell bytes apart (RFC 9110, 8.8.3)
    if (offer === 0) writeFileSync(etagFile(path), etag?.startsWith('"') ? etag : '');
    return intoFile(file, path, offer, onProgress);
  });
  if (offer === 'whole') return true;
  if (offer === 'none') {
    await forget(path);
    throw new PassingFailure(range ?? 'no answer');
  }
  const received = await sizeOf(path);
  if (received < (file.bytes ?? 0)) throw new PassingFailure(`${received} of ${file.bytes} bytes`);
  return offer > 0;
};

/** What is wrong with a file's content; undefined where nothing is. */
const wrongWith = async ({ bytes, digest }: RemoteFile, path: string): Promise<string | undefined> => {
  const here = await sizeOf(path);
  if (bytes !== undefined && here !== bytes) return `expected ${bytes} bytes, received ${here}`;
  if (digest === undefined) return undefined;
  const received = await digestOf(path, digest.kind);
  const name = digest.kind === 'sha256' ? 'content of sha256' : "content of Git's blob";
  return received === digest.hex ? undefined : `expected ${name} ${digest.hex}, received ${received}`;
};

/** Brings a file, going on with what is here of it. @returns whether it is of more than one answer */
const bring = async (file: RemoteFile, path: string, options: DownloadOptions): Promise<boolean> => {
  const here = await sizeOf(path);
  if (here > 0 && here === file.bytes && file.digest !== undefined) return true;
  if (here > (file.bytes ?? Number.POSITIVE_INFINITY)) await forget(path);
  let tries = 0;
  const attempt = () => {
    tries += 1;
    return transfer(file, path, options);
  };
  const resumed = await tryAgain(file.url, attempt, { ...options, reached: () => sizeOf(path) });
  return resumed || tries > 1;
};

/** Copies a file that is on this machine already, if one of them is of the size that is expected. */
const copy = async ({ bytes, digest, copies = [] }: RemoteFile, path: string): Promise<void> => {
  // what cannot be verified is not taken from elsewhere
  if (bytes === undefined || digest === undefined) return;
  for (const place of copies) {
    if ((await sizeOf(place)) !== bytes) continue;
    await copyFile(place, path, constants.COPYFILE_FICLONE);
    return;
  }
};

/**
 * Downloads a file and verifies it. A copy that is on this machine is taken instead. What an earlier call left of it is
 * gone on with (`Range`, `If-Range`); what is cut off is resumed; what is whole is only verified. After a failure or an
 * abort the part stays for the next call, unless its content is wrong.
 *
 * @param path of the file, whose folder exists
 * @throws ModelLoadError where it cannot be had, or is not the file that is expected (saying both digests); it is then
 *   removed. InvalidRequestError where there is no such file for us. The signal's reason
 */
export const download = async (file: RemoteFile, path: string, options: DownloadOptions): Promise<void> => {
  if ((await sizeOf(path)) !== file.bytes) await copy(file, path);
  const resumed = await bring(file, path, options);
  let wrong = await wrongWith(file, path);
  if (wrong !== undefined && resumed) {
    // it may be two halves of two files
    await forget(path);
    await bring(file, path, options);
    wrong = await wrongWith(file, path);
  }
  await forgetEtag(path);
  if (wrong === undefined) return;
  await forget(path);
  throw new ModelLoadError(`${file.url}: ${wrong}. What was received is removed.`);
};
