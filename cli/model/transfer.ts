import { rm } from 'node:fs/promises';
import { ModelLoadError } from '../../platform/errors.ts';
import { ask, failureOf } from './ask.ts';
import { readEtag, writeEtag } from './etag.ts';
import { sizeOf, writeTo, writing } from './local-file.ts';
import type { RemoteFile } from './source.ts';
import type { Again, Tried } from './try-again.ts';
import type { Web, WebAnswer } from './web.ts';

const ok = 200;
const partialContent = 206;
const rangeNotSatisfiable = 416;

/** What a download needs beside the file. */
export interface TransferOptions {
  readonly web: Web;
  readonly signal: AbortSignal;
  readonly headers: Readonly<Record<string, string>>;
  /** Told how many bytes of the file are here. */
  readonly onProgress?: (bytes: number) => void;
}

/** How a file came. */
export interface Transferred {
  /** Whether bytes of an earlier answer are part of it. */
  readonly resumed: boolean;
}

/** Reads `Content-Range`: where content begins, and how long all of it is; NaN for what it does not say. */
const readContentRange = (header: string | undefined) => {
  const [, first, total] = /^bytes (?:(\d+)-\d+|\*)\/(\d+|\*)$/.exec(header ?? '') ?? [];
  return { first: Number(first ?? Number.NaN), total: Number(total ?? Number.NaN) };
};

/** The headers that ask for the rest of a file, if the rest of the same file can be had. */
const rangeOf = async ({ digest }: RemoteFile, path: string): Promise<Readonly<Record<string, string>>> => {
  const here = await sizeOf(path);
  const etag = await readEtag(path);
  // without an ETag only a digest can tell that both parts are of one file
  if (here === 0 || (etag === undefined && digest === undefined)) return {};
  return { range: `bytes=${here}-`, ...(etag !== undefined && { 'if-range': etag }) };
};

const checkLength = ({ url, bytes }: RemoteFile, announced: number): void => {
  if (bytes === undefined || Number.isNaN(announced) || announced === bytes) return;
  throw new ModelLoadError(`${url}: expected ${bytes} bytes, received the announcement of ${announced}`);
};

/** What an answer offers: where its content begins, or that all of it is here; `none` for an answer of no use. */
type Offer = { readonly from: number } | 'whole' | 'none';

const offerOf = (answer: WebAnswer, file: RemoteFile, here: number): Offer => {
  if (answer.status === ok) {
    checkLength(file, Number(answer.header('content-length') ?? Number.NaN));
    return { from: 0 };
  }
  const { first, total } = readContentRange(answer.header('content-range'));
  if (answer.status === rangeNotSatisfiable) return total === here ? 'whole' : 'none';
  if (first !== here) return 'none';
  checkLength(file, total);
  return { from: here };
};

/** Writes what comes of a file from a place on. @returns why it ended too early, if it did */
const receive = (
  answer: WebAnswer,
  file: RemoteFile,
  path: string,
  from: number,
  { onProgress, isOver }: Pick<TransferOptions, 'onProgress'> & { isOver(failure: unknown): Again },
): Promise<Again | undefined> =>
  writing(path, from > 0 ? 'a' : 'w', async (handle) => {
    let bytes = from;
    const chunks = answer.body[Symbol.asyncIterator]();
    for (;;) {
      const next = await chunks.next().catch(isOver);
      if ('again' in next) return next;
      if (next.done) break;
      bytes += next.value.length;
      if (bytes > (file.bytes ?? Number.POSITIVE_INFINITY)) {
        throw new ModelLoadError(`${file.url}: expected ${file.bytes} bytes, received more`);
      }
      await writeTo(handle, path, next.value);
      onProgress?.(bytes);
    }
    return bytes < (file.bytes ?? 0) ? { again: `${bytes} of ${file.bytes} bytes` } : undefined;
  });

/**
 * Asks once for a file, or for the rest of it where a part is here already, and writes what comes.
 *
 * @throws InvalidRequestError or ModelLoadError for refusals, ModelLoadError for content of another length than
 *   expected, and where it cannot be written; the signal's reason
 */
export const transfer = async (
  file: RemoteFile,
  path: string,
  { web, signal, headers, onProgress }: TransferOptions,
): Promise<Tried<Transferred>> => {
  const here = await sizeOf(path);
  const request = { url: file.url, headers: { ...headers, ...(await rangeOf(file, path)) }, signal };
  const asked = await ask(web, request, [ok, partialContent, rangeNotSatisfiable]);
  if ('again' in asked) return asked;
  const { answer } = asked;
  try {
    const offer = offerOf(answer, file, here);
    if (offer === 'whole') return { done: { resumed: true } };
    if (offer === 'none') {
      await rm(path, { force: true });
      return { again: `status ${answer.status} with content-range ${answer.header('content-range')}` };
    }
    if (offer.from === 0) await writeEtag(path, answer.header('etag'));
    const isOver = (failure: unknown): Again => failureOf(web, request, failure);
    const again = await receive(answer, file, path, offer.from, {
      isOver,
      ...(onProgress !== undefined && { onProgress }),
    });
    if (again === undefined) return { done: { resumed: offer.from > 0 } };
    return { ...again, progressed: (await sizeOf(path)) > here };
  } finally {
    answer.discard();
  }
};
