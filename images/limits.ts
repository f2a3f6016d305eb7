import { type Admission, createAdmission, decodeMemory } from './admission.ts';
import { DEFAULT_MAX_DECODE_WORK } from './cost.ts';
import { DEFAULT_MAX_PIXELS } from './decode.ts';

/** Bounds of decoding. */
export interface DecodeLimits {
  /** Largest picture, in pixels, as stored and as made; default 268,402,689. */
  readonly maxPixels?: number;
  /** Most work of one picture, in pixels of a JPEG's scan (`costOf`); default 10,000 million. */
  readonly maxWork?: number;
  /** Memory shared with the other decodes of the process; default 1 GiB, shared by all who name none. */
  readonly admission?: Admission;
  /** Checked between steps: a decode under way is not interrupted. */
  readonly signal?: AbortSignal;
}

const everybodys = createAdmission(decodeMemory(undefined));

/** The limits with their defaults. */
export const limitsOf = ({
  maxPixels = DEFAULT_MAX_PIXELS,
  maxWork = DEFAULT_MAX_DECODE_WORK,
  admission = everybodys,
  signal,
}: DecodeLimits) => ({ maxPixels, maxWork, admission, signal });
