import { InvalidRequestError, quote } from '../../platform/index.ts';

/** How long something takes; plain data, so that a run can be written down as a command line. */
export type Distribution =
  | { readonly kind: 'fixed'; readonly ms: number }
  | { readonly kind: 'uniform'; readonly fromMs: number; readonly toMs: number }
  /** Its logarithm is normal: many near the median, a few much longer. `sigma` is that of the logarithm. */
  | { readonly kind: 'lognormal'; readonly medianMs: number; readonly sigma: number };

/** Always the same time. */
export const fixed = (ms: number): Distribution => ({ kind: 'fixed', ms });

/** Standard normal by Box and Muller (1958): two uniform numbers in, one out. */
const normal = (random: () => number): number =>
  Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());

/** Draws a time in milliseconds; `random` is uniform in [0, 1). */
export const draw = (times: Distribution, random: () => number): number => {
  switch (times.kind) {
    case 'fixed':
      return times.ms;
    case 'uniform':
      return times.fromMs + (times.toMs - times.fromMs) * random();
    case 'lognormal':
      return times.medianMs * Math.exp(times.sigma * normal(random));
    default:
      return times satisfies never;
  }
};

/** Writes `100`, `1..100` (uniform) or `100~0.3` (lognormal: median and sigma); milliseconds. */
export const formatDistribution = (times: Distribution): string => {
  switch (times.kind) {
    case 'fixed':
      return String(times.ms);
    case 'uniform':
      return `${times.fromMs}..${times.toMs}`;
    case 'lognormal':
      return `${times.medianMs}~${times.sigma}`;
    default:
      return times satisfies never;
  }
};

const amount = (text: string | undefined): number =>
  text === undefined || text === '' ? Number.NaN : Number(text);

/**
 * Reads what `formatDistribution` writes.
 *
 * @throws InvalidRequestError for anything else, negative times and an empty range included
 */
export const parseDistribution = (text: string): Distribution => {
  const range = text.split('..');
  const spread = text.split('~');
  const [first, second] = (range.length === 2 ? range : spread).map(amount);
  const a = first ?? Number.NaN;
  const b = second ?? Number.NaN;
  if (range.length === 2 && a >= 0 && b >= a) return { kind: 'uniform', fromMs: a, toMs: b };
  if (range.length === 1 && spread.length === 2 && a >= 0 && b >= 0) {
    return { kind: 'lognormal', medianMs: a, sigma: b };
  }
  if (range.length === 1 && spread.length === 1 && a >= 0 && a < Number.POSITIVE_INFINITY) return fixed(a);
  throw new InvalidRequestError(
    `Expected milliseconds as 100, 1..100 (uniform) or 100~0.3 (median and sigma), received ${quote(text)}.`,
  );
};
