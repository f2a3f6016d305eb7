import { InvalidRequestError } from '../../platform/index.ts';
import type { DataReference } from '../reference.ts';
import { nameReference } from '../reference.ts';
import { tooManyBytes } from './read-limited.ts';
import type { Source } from './source.ts';

const decodedLength = (base64: string): number =>
  (base64.length / 4) * 3 - (base64.endsWith('==') ? 2 : base64.endsWith('=') ? 1 : 0);

// Node skips what it does not know and accepts any length: a cut or mangled payload would pass unnoticed.
const isBase64 = (text: string): boolean => text.length % 4 === 0 && /^[A-Za-z0-9+/]*={0,2}$/.test(text);

/**
 * Pictures inside the reference. The base64 is read strictly (RFC 4648 §4: standard alphabet, padded, no white
 * space), and measured before it is decoded.
 */
export const createDataSource =
  ({ maxBytes }: { readonly maxBytes: number }): Source<DataReference> =>
  async (reference) => {
    const { base64 } = reference;
    const name = nameReference(reference);
    if (!isBase64(base64)) {
      throw new InvalidRequestError(
        `Expected padded base64 (RFC 4648 §4), received ${base64.length} characters that are not, in ${name}`,
      );
    }
    const length = decodedLength(base64);
    if (length > maxBytes) throw tooManyBytes(name, `${length}`, maxBytes);
    return Buffer.from(base64, 'base64');
  };
