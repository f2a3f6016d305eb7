import { shareEvenly } from '../../../engine/policy/range.ts';

/** A marker segment of a JPEG: its length counts itself. */
const segment = (marker: number, content: readonly number[]): Buffer => {
  const length = content.length + 2;
  return Buffer.from([0xff, marker, length >> 8, length & 0xff, ...content]);
};

/** A Huffman table of one code, `0`, that means `symbol`. */
const oneCode = (kind: number, symbol: number): readonly number[] => [
  kind,
  1,
  ...Array.from({ length: 15 }, () => 0),
  symbol,
];

/** Runs of blocks that end at once, of even length: the code `0`, then 14 bits of the length beyond 2^14. */
const emptyBlocks = (blocks: number): Buffer => {
  const runs = shareEvenly(blocks, Math.ceil(blocks / (2 ** 15 - 1)));
  const bits = runs.map((run) => `0${(run - 2 ** 14).toString(2).padStart(14, '0')}`).join('');
  const bytes = (bits.padEnd(Math.ceil(bits.length / 8) * 8, '1').match(/.{8}/g) ?? []).map((byte) =>
    Number.parseInt(byte, 2),
  );
  // a byte of ones in the data is followed by a zero, or it would be a marker
  return Buffer.from(bytes.flatMap((byte) => (byte === 0xff ? [0xff, 0] : [byte])));
};

/**
 * A valid progressive JPEG, grey and flat, of `scans` scans that change nothing: each names one coefficient of every
 * block and says that all are zero, in a few bytes for 32,767 blocks (ITU-T T.81 §G.1.2.2, EOBn). A decoder goes over
 * the whole picture for each of them.
 *
 * @param side in pixels, a multiple of 8, at least 1,024: shorter runs of blocks have other codes
 */
export const progressiveJpeg = (side: number, scans: number): Buffer => {
  const blocks = (side / 8) ** 2;
  // EOB14: the symbol 0xE0 begins a run of 2^14 to 2^15 − 1 blocks
  const empty = emptyBlocks(blocks);
  const scan = (coefficient: number): Buffer =>
    Buffer.concat([segment(0xda, [1, 1, 0x00, coefficient, coefficient, 0x00]), empty]);
  // one code, `0`: every block's difference of the mean is of 0 bits
  const means = Buffer.concat([
    segment(0xda, [1, 1, 0x00, 0, 0, 0x00]),
    Buffer.from(Array.from({ length: Math.ceil(blocks / 8) }, () => 0)),
  ]);
  return Buffer.concat([
    Buffer.from([0xff, 0xd8]),
    segment(0xdb, [0, ...Array.from({ length: 64 }, () => 1)]),
    segment(0xc2, [8, side >> 8, side & 0xff, side >> 8, side & 0xff, 1, 1, 0x11, 0]),
    segment(0xc4, [...oneCode(0x00, 0), ...oneCode(0x10, 0xe0)]),
    means,
    ...Array.from({ length: scans }, (_, at) => scan(1 + (at % 63))),
    Buffer.from([0xff, 0xd9]),
  ]);
};
