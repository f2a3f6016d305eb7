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

/** Room for the first bytes of a body: what is announced is no reason to take more. */
const FIRST_BYTES = 64 * 1024;

/** Gathers chunks in one piece of memory: as objects, millions of a byte each would take a hundred times their bytes. */
const gather = () => {
  let room = new Uint8Array(0);
  let length = 0;
  return {
    add: (chunk: Uint8Array): number => {
      if (length + chunk.length > room.length) {
        const larger = new Uint8Array(Math.max(FIRST_BYTES, 2 * room.length, length + chunk.length));
        larger.set(room.subarray(0, length));
        room = larger;
      }
      room.set(chunk, length);
      length += chunk.length;
      return length;
    },
    whole: (): Uint8Array => room.subarray(0, length),
  };
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
  const gathered = gather();
  for await (const chunk of body as AsyncIterable<Uint8Array>) {
    if (gathered.add(chunk) > maxBytes) throw tooManyBytes(name, `more than ${maxBytes}`, maxBytes);
  }
  return gathered.whole();
};
