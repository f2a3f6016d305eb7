import { each, recursive } from '../../engine/index.ts';
import { parseReference } from '../../images/index.ts';
import { decodePixels } from '../../images/sharp.ts';
import { createSources } from '../../images/sources/index.ts';

const sources = createSources({ allowHttp: true, allowFile: true, allowPrivate: 'loopback' });
const plan = { resize: { width: 9, height: 8 }, filter: 'bilinear', icc: 'convert', channels: 1 } as const;

/** Difference hash: for each of 8 × 8 places, whether it gets brighter to the right; 16 hexadecimal digits. */
const hash = async (image: string, { signal }: { signal: AbortSignal }): Promise<string> => {
  const bytes = await sources.fetch(parseReference(image), { signal });
  const { data } = await decodePixels(bytes, plan, { maxPixels: 100_000_000, signal });
  let bits = 0n;
  for (let at = 0; at < 72; at++) {
    if (at % 9 < 8) bits = (bits << 1n) | BigInt(Number((data[at + 1] ?? 0) > (data[at] ?? 0)));
  }
  return bits.toString(16).padStart(16, '0');
};

export const handler = recursive(each(hash), { itemKey: 'image' });
