import { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { InvalidRequestError } from '../../platform/index.ts';
import { checkLine } from '../policy/line-starts.ts';
import { manifestFailure, openBytes } from './byte-source.ts';

/** A text that is read from its beginning to its end, unpacked where its name ends in `.gz`. */
export interface TextSource {
  readonly etag: string;
  /** Of this version alone. */
  chunks(): AsyncIterable<Uint8Array>;
}

/** Opens it; nothing but its size and ETag is read yet. @throws as `openBytes`; ImageFetchError where it is not there. */
export const openText = async (uri: string, allowFile: boolean): Promise<TextSource> => {
  const source = await openBytes(uri, allowFile);
  const { etag, bytes } = await source.stat().catch((cause) => {
    throw manifestFailure(uri, cause);
  });
  const packed = () => source.read(0, bytes, etag);
  return { etag, chunks: () => (/\.gz$/i.test(uri) ? unpacked(packed()) : packed()) };
};

/** Unpacks a stream; it fails where that does. */
export const unpacked = (packed: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array> => {
  const gunzip = createGunzip();
  const source = Readable.from(packed, { objectMode: false });
  source.on('error', (error) => gunzip.destroy(error));
  gunzip.on('close', () => source.destroy());
  return source.pipe(gunzip);
};

const NEWLINE = 0x0a;

/** The same bytes. @throws InvalidRequestError as soon as a line has more than an item may have. */
export async function* boundedLines(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let length = 0;
  let line = 1;
  for await (const chunk of chunks) {
    let from = 0;
    for (let end = chunk.indexOf(NEWLINE); end >= 0; end = chunk.indexOf(NEWLINE, from)) {
      checkLine(length + end - from, line);
      [length, line, from] = [0, line + 1, end + 1];
    }
    length += chunk.length - from;
    checkLine(length, line);
    yield chunk;
  }
}

/** All of a text that is known to be small. @throws InvalidRequestError for one of more than `most` bytes. */
export const smallText = async (chunks: AsyncIterable<Uint8Array>, most: number): Promise<string> => {
  const all: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of chunks) {
    size += chunk.length;
    if (size > most) throw new InvalidRequestError(`expected at most ${most} bytes, received more`);
    all.push(chunk);
  }
  return Buffer.concat(all).toString('utf8');
};

/** The lines of a text that are not blank, without a byte order mark. */
export async function* textLines(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  let rest = '';
  const cut = function* (text: string, isLast: boolean) {
    const lines = `${rest}${text}`.split('\n');
    rest = isLast ? '' : (lines.pop() ?? '');
    for (const line of lines) if (line.trim() !== '') yield line.trim();
  };
  for await (const chunk of chunks) yield* cut(decoder.decode(chunk, { stream: true }), false);
  yield* cut(decoder.decode(), true);
}
