const SOI = 0xd8;
const EOI = 0xd9;
const SOS = 0xda;

/** Markers without a length: TEM, RST0 to RST7, SOI. */
const stands = (marker: number): boolean => marker === 0x01 || (marker >= 0xd0 && marker <= SOI);

/**
 * How often a JPEG's decoder goes over its pixels: the components of all its scans added up, 1 to 4 for a baseline
 * picture, about ten more for a progressive one. A file may ask for thousands in a few hundred kilobytes. Read from
 * the markers (ITU-T T.81 §B.1.1, B.2.3); damaged ones end the count, as they end the decoding.
 */
export const componentScans = (jpeg: Uint8Array): number => {
  const bytes = Buffer.from(jpeg.buffer, jpeg.byteOffset, jpeg.byteLength);
  let total = 0;
  let at = 2;
  while (at >= 2 && at + 4 <= bytes.length) {
    at = bytes.indexOf(0xff, at);
    if (at < 0) break;
    const marker = bytes[at + 1] ?? 0;
    // within a scan's data 0xff is followed by a zero, and markers may be filled with more of it
    if (marker === 0 || stands(marker)) at += 2;
    else if (marker === 0xff) at += 1;
    else if (marker === EOI || at + 4 > bytes.length) break;
    else {
      if (marker === SOS) total += bytes[at + 4] ?? 0;
      at += 2 + bytes.readUInt16BE(at + 2);
    }
  }
  return total;
};
