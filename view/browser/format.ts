/** `1.24 s`, `350 ms`, `3 min 20 s`. */
export const duration = (ms: number): string => {
  if (ms < 1000) return `${Math.round(ms)} ms`;
  if (ms < 60_000) return `${(ms / 1000).toFixed(ms < 10_000 ? 2 : 1)} s`;
  const minutes = Math.floor(ms / 60_000);
  return `${minutes} min ${Math.round((ms - minutes * 60_000) / 1000)} s`;
};

/** `0.97` as `97.0%`. */
export const percent = (share: number): string => `${(share * 100).toFixed(1)}%`;

/** A number with at most three significant digits, thousands grouped. */
export const count = (value: number): string =>
  value.toLocaleString('en', value < 100 ? { maximumSignificantDigits: 3 } : { maximumFractionDigits: 0 });

/** US dollars with the digits that say something. */
export const dollars = (usd: number): string =>
  `$${usd.toLocaleString('en', { maximumSignificantDigits: 2, useGrouping: false })}`;
