/** Tags of a picture's first directory that say how its samples are laid out (TIFF 6.0, sections 8 and 11 to 23). */
const TAGS = { bits: 258, photometric: 262, planar: 284, tileWidth: 322, sampleFormat: 339 } as const;

/** Entries of a directory that are looked at: there are some twenty. */
const MAX_ENTRIES = 512;

const SHORT = 3;
const LONG = 4;

/** The first value of each tag that is a whole number, of a classic TIFF; undefined where there is no directory. */
const firstDirectory = (bytes: Uint8Array): ReadonlyMap<number, number> | undefined => {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const little = bytes[0] === 0x49;
  const short = (at: number): number => view.getUint16(at, little);
  const long = (at: number): number => view.getUint32(at, little);
  try {
    const start = long(4);
    const tags = new Map<number, number>();
    for (let entry = 0; entry < Math.min(short(start), MAX_ENTRIES); entry++) {
      const at = start + 2 + 12 * entry;
      const [tag, type, count] = [short(at), short(at + 2), long(at + 4)];
      // more than four bytes of values are elsewhere
      if (type === SHORT) tags.set(tag, short(count > 2 ? long(at + 8) : at + 8));
      if (type === LONG && count === 1) tags.set(tag, long(at + 8));
    }
    return tags;
  } catch {
    // it leads out of the file
    return undefined;
  }
};

const CIELAB = 8;

/** Colours by `PhotometricInterpretation` that decoders seldom know. */
const colours: Readonly<Record<number, string>> = {
  4: 'a transparency mask',
  [CIELAB]: 'CIE L*a*b* colours',
  9: 'ICC L*a*b* colours',
  10: 'ITU L*a*b* colours',
  32803: 'a colour filter array (raw of a camera)',
  32844: 'CIE log luminance',
  32845: 'CIE log colours',
  34892: 'linear raw colours',
};

/**
 * What is uncommon about a TIFF, by its header: a decoder that has no code for it says of a sound file the same as of a
 * damaged one.
 *
 * @returns its name, for people; undefined for a common variant, and for what cannot be read
 */
export const tiffVariant = (bytes: Uint8Array): string | undefined => {
  const tags = firstDirectory(bytes);
  if (tags === undefined) return undefined;
  const bits = tags.get(TAGS.bits) ?? 1;
  const photometric = tags.get(TAGS.photometric) ?? 1;
  // of 16 bits they are common, and decoded
  const colour = photometric === CIELAB && bits === 16 ? undefined : colours[photometric];
  const named = [
    ...(tags.get(TAGS.planar) === 2 && tags.has(TAGS.tileWidth) ? ['planar tiles'] : []),
    ...(colour !== undefined ? [colour] : []),
    ...([1, 2, 4, 8, 16, 32, 64].includes(bits) ? [] : [`${bits} bits per sample`]),
    ...((tags.get(TAGS.sampleFormat) ?? 1) >= 5 ? ['complex samples'] : []),
  ];
  return named.length === 0 ? undefined : named.join(', ');
};
