import type { Readable } from 'node:stream';
import { ImageTooLargeError } from '../../platform/index.ts';

/** A body on its way, as HTTP and S3 both have it. */
export interface Incoming {
  /** Announced length in bytes, where there is one; it is checked, not trusted. */
  readonly contentLength?: number;
  /** Chunks of bytes; destroying it frees the connection. */
  readonly body: Readable;
}

/** The one message for a picture of too many bytes. `bytes` may be a lower bound. */
export const tooManyBytes = (name: string, bytes: string, maxBytes: number): ImageTooLargeError =>
  new ImageTooLargeError(
    `Expected at most ${maxBytes} bytes (MAX_IMAGE_BYTES), received ${bytes} from ${name}`,
  );

/** Closes a body nobody wants to read, and its connection with it. */
const abandon = (body: Readable): void => {
  // Destroying an unread body is reported on the stream as an error, to nobody.
  body.once('error', () => {});
  body.destroy();
};

const join = (chunks: readonly Uint8Array[], length: number): Uint8Array => {
  const [only] = chunks;
  if (chunks.length === 1 && only !== undefined) return only;
  const whole = new Uint8Array(length);
  let offset = 0;
  for (const chunk of chunks) {
    whole.set(chunk, offset);
    offset += chunk.length;
  }
  return whole;
};

/**
 * Reads a body into memory, and never more than `maxBytes` of it: refused by the announced length before a
 * byte is read, and by the running count, whatever was announced.
 *
 * @throws ImageTooLargeError naming `name`, the limit and the length.
 */
export const readLimited = async (
  { body, contentLength }: Incoming,
  { name, maxBytes }: { readonly name: string; readonly maxBytes: number },
): Promise<Uint8Array> => {
  if (contentLength !== undefined && contentLength > maxBytes) {
    abandon(body);
    throw tooManyBytes(name, `${contentLength}`, maxBytes);
  }
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of body as AsyncIterable<Uint8Array>) {
    length += chunk.length;
    if (length > maxBytes) throw tooManyBytes(name, `more than ${maxBytes}`, maxBytes);
    chunks.push(chunk);
  }
  return join(chunks, length);
};
