/** What to do with stored pixels, in this order, so that the picture stands upright. */
export interface Upright {
  /** Mirror top and bottom. */
  readonly flip: boolean;
  /** Mirror left and right. */
  readonly flop: boolean;
  /** Then turn clockwise, in degrees. */
  readonly turn: 0 | 90 | 180 | 270;
}

const keep: Upright = { flip: false, flop: false, turn: 0 };

// EXIF 2.32 (CIPA DC-008), tag 274: where row 0 and column 0 of the stored pixels belong.
const byOrientation: Readonly<Record<number, Upright>> = {
  2: { flip: false, flop: true, turn: 0 },
  3: { flip: false, flop: false, turn: 180 },
  4: { flip: true, flop: false, turn: 0 },
  5: { flip: false, flop: true, turn: 270 },
  6: { flip: false, flop: false, turn: 90 },
  7: { flip: false, flop: true, turn: 90 },
  8: { flip: false, flop: false, turn: 270 },
};

/** The steps for an EXIF orientation; 1, none, and values outside 1 to 8 need none. */
export const upright = (orientation: number | undefined): Upright =>
  (orientation === undefined ? undefined : byOrientation[orientation]) ?? keep;

/** Whether the stored width is the upright height. */
export const swapsSides = ({ turn }: Upright): boolean => turn === 90 || turn === 270;
