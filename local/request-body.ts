import type { IncomingMessage } from 'node:http';

/** The body of a request, or that it was larger than allowed. */
export type RequestBody =
  | { readonly kind: 'read'; readonly bytes: Buffer }
  | { readonly kind: 'too large' }
  /** The caller went before it had sent everything. */
  | { readonly kind: 'cut' };

/**
 * Reads a body. One that is too large is read to its end all the same, and thrown away: a caller still sending would
 * meet a closed socket instead of the answer.
 */
export const readBody = (request: IncomingMessage, maxBytes: number): Promise<RequestBody> =>
  new Promise((resolve) => {
    const chunks: Buffer[] = [];
    let length = 0;
    request.on('data', (chunk: Buffer) => {
      length += chunk.length;
      if (length <= maxBytes) chunks.push(chunk);
      else chunks.length = 0;
    });
    request.on('end', () => {
      if (length > maxBytes) return resolve({ kind: 'too large' });
      resolve({ kind: 'read', bytes: chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks) });
    });
    request.on('close', () => resolve({ kind: 'cut' }));
  });
