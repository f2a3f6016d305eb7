/** The formats that are decoded; everything else is refused before the decoder sees a byte. */
export type ImageFormat = 'jpeg' | 'png' | 'webp' | 'gif' | 'avif' | 'tiff';

const latin1 = (bytes: Uint8Array, from: number, to: number): string =>
  String.fromCharCode(...bytes.subarray(from, to));

/** An `ftyp` box names a handful of brands; a longer one is not looked at. */
const MAX_FTYP_BYTES = 256;

// ISO 14496-12 §4.3: size, 'ftyp', major brand, minor version, compatible brands. AVIF's are avif and avis; HEIC
// files have the same box with others.
const isAvif = (bytes: Uint8Array): boolean => {
  if (latin1(bytes, 4, 8) !== 'ftyp') return false;
  const [a = 0, b = 0, c = 0, d = 0] = bytes;
  const end = Math.min(((a << 24) | (b << 16) | (c << 8) | d) >>> 0, MAX_FTYP_BYTES, bytes.length);
  for (let at = 8; at + 4 <= end; at += at === 8 ? 8 : 4) {
    const brand = latin1(bytes, at, at + 4);
    if (brand === 'avif' || brand === 'avis') return true;
  }
  return false;
};

const signatures: readonly (readonly [ImageFormat, (head: string) => boolean])[] = [
  ['jpeg', (head) => head.startsWith('\xff\xd8\xff')],
  ['png', (head) => head.startsWith('\x89PNG\r\n\x1a\n')],
  ['webp', (head) => head.startsWith('RIFF') && head.slice(8, 12) === 'WEBP'],
  ['gif', (head) => head.startsWith('GIF87a') || head.startsWith('GIF89a')],
  // II*\0 and MM\0*; with 43 instead of 42 (*) it is BigTIFF
  ['tiff', (head) => /^(II[*+]\0|MM\0[*+])/.test(head)],
];

/** The format by content, never by name; `undefined` for everything that is not one of ours. */
export const sniffFormat = (bytes: Uint8Array): ImageFormat | undefined => {
  const head = latin1(bytes, 0, 12);
  return signatures.find(([, matches]) => matches(head))?.[0] ?? (isAvif(bytes) ? 'avif' : undefined);
};
