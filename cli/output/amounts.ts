/** How fast something goes, and how long it will still take at that pace. */
export interface Pace {
  /** Pictures or bytes per second; 0 before the first one. */
  readonly perSecond: number;
  /** Undefined before the first one. */
  readonly leftMs: number | undefined;
}

/** The average pace since the start. */
export const paceOf = (done: number, total: number, elapsedMs: number): Pace =>
  done === 0 || elapsedMs <= 0
    ? { perSecond: 0, leftMs: undefined }
    : { perSecond: (done / elapsedMs) * 1000, leftMs: ((total - done) / done) * elapsedMs };

/** `1 picture`, `1,234 pictures`. */
export const formatCount = (value: number, one: string, many = `${one}s`): string =>
  `${value.toLocaleString('en')} ${value === 1 ? one : many}`;

/** `12.3`, `123`, `1,234`: three digits say enough. */
export const formatRate = (perSecond: number): string =>
  perSecond.toLocaleString('en', { maximumFractionDigits: perSecond < 100 ? 1 : 0 });

/** `$0.00031`: two digits say enough of a price. */
export const formatDollars = (usd: number): string =>
  `$${usd.toLocaleString('en', { maximumSignificantDigits: 2, useGrouping: false })}`;

const two = (value: number): string => String(value).padStart(2, '0');

/** A time to wait: `8 s`, `3 min 05 s`, `2 h 07 min`. Rounded up, for nobody is done before. */
export const formatWait = (ms: number): string => {
  const seconds = Math.ceil(ms / 1000);
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} min ${two(seconds % 60)} s`;
  return `${Math.floor(minutes / 60)} h ${two(minutes % 60)} min`;
};

const units = ['B', 'kB', 'MB', 'GB', 'TB'] as const;

/** A size for people, in powers of 1000: `12 B`, `3.7 MB`, `553 MB`. */
export const formatBytes = (bytes: number): string => {
  const step = Math.min(units.length - 1, Math.max(0, Math.floor(Math.log10(Math.max(bytes, 1)) / 3)));
  const value = bytes / 1000 ** step;
  return `${value.toLocaleString('en', { maximumFractionDigits: step > 0 && value < 100 ? 1 : 0 })} ${units[step]}`;
};
