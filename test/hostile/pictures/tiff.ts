/** How a TIFF is laid out, in the words of its tags. */
export interface TiffLayout {
  readonly bits: number;
  /** 1: black is zero; 2: RGB; 8: CIE L*a*b*. */
  readonly photometric: number;
  readonly samples: number;
  readonly planar: boolean;
  readonly tiled: boolean;
}

const SIDE = 16;

/** A valid TIFF (6.0, little-endian) of 16 by 16 pixels, uncompressed, all samples alike. */
export const tiff = ({ bits, photometric, samples, planar, tiled }: TiffLayout): Uint8Array => {
  const planes = planar ? samples : 1;
  const planeBytes = (SIDE * SIDE * bits * (planar ? 1 : samples)) / 8;
  const offsetsAt = 8;
  const countsAt = offsetsAt + 4 * planes;
  const bitsAt = countsAt + 4 * planes;
  const dataAt = bitsAt + 2 * samples + (samples % 2) * 2;
  const directoryAt = dataAt + planes * planeBytes;
  const [SHORT, LONG] = [3, 4];
  const place = (values: number, at: number, only: number): number => (values === 1 ? only : at);
  const entries: readonly (readonly [tag: number, type: number, count: number, value: number])[] = [
    [256, SHORT, 1, SIDE],
    [257, SHORT, 1, SIDE],
    [258, SHORT, samples, samples > 2 ? bitsAt : bits | (samples === 2 ? bits << 16 : 0)],
    [259, SHORT, 1, 1],
    [262, SHORT, 1, photometric],
    ...(tiled ? [] : [[273, LONG, planes, place(planes, offsetsAt, dataAt)] as const]),
    [277, SHORT, 1, samples],
    ...(tiled
      ? []
      : [[278, SHORT, 1, SIDE] as const, [279, LONG, planes, place(planes, countsAt, planeBytes)] as const]),
    [284, SHORT, 1, planar ? 2 : 1],
    ...(tiled
      ? [
          [322, SHORT, 1, SIDE] as const,
          [323, SHORT, 1, SIDE] as const,
          [324, LONG, planes, place(planes, offsetsAt, dataAt)] as const,
          [325, LONG, planes, place(planes, countsAt, planeBytes)] as const,
        ]
      : []),
  ];
  const file = Buffer.alloc(directoryAt + 2 + 12 * entries.length + 4, 0x40);
  file.write('II*\0', 0, 'latin1');
  file.writeUInt32LE(directoryAt, 4);
  for (let plane = 0; plane < planes; plane++) {
    file.writeUInt32LE(dataAt + plane * planeBytes, offsetsAt + 4 * plane);
    file.writeUInt32LE(planeBytes, countsAt + 4 * plane);
  }
  for (let sample = 0; sample < samples; sample++) file.writeUInt16LE(bits, bitsAt + 2 * sample);
  file.writeUInt16LE(entries.length, directoryAt);
  for (const [index, [tag, type, count, value]] of entries.entries()) {
    const at = directoryAt + 2 + 12 * index;
    file.writeUInt16LE(tag, at);
    file.writeUInt16LE(type, at + 2);
    file.writeUInt32LE(count, at + 4);
    file.writeUInt32LE(value, at + 8);
  }
  file.writeUInt32LE(0, directoryAt + 2 + 12 * entries.length);
  return file;
};
