import type { Terminal } from '../terminal.ts';

/** A line that says how many bytes there are of how many. */
export interface ByteProgress {
  /** So many bytes are there now. */
  at(bytes: number): void;
  /** Removes the line. Idempotent. */
  stop(): void;
}

/** Width of what stands beside the bar, at most: ` 100% · 999.9 MB of 999.9 MB · 999.9 MB/s · 59 min 59 s left`. */
const TEXT_WIDTH = 66;

/**
 * A progress bar on a terminal, with rate and time left; nothing on a stream that is none.
 *
 * @param total bytes
 * @param now a clock, in milliseconds
 */
export const byteProgress = async (
  stream: Terminal['stderr'],
  total: number,
  now: () => number = () => performance.now(),
): Promise<ByteProgress> => {
  if (!stream.isTTY) return { at: () => {}, stop: () => {} };
  const { default: cliProgress } = await import('cli-progress');
  const { formatWait, paceOf } = await import('../output/pace.ts');
  const { formatBytes } = await import('./bytes.ts');
  const startMs = now();
  // what an earlier pull left costs no time now
  let first: number | undefined;
  let stopped = false;
  const bar = new cliProgress.SingleBar({
    stream,
    format: '{bar} {percentage}% · {bytes}',
    barsize: Math.min(40, Math.max(8, stream.columns - TEXT_WIDTH)),
    barCompleteChar: '█',
    barIncompleteChar: '░',
    clearOnComplete: true,
  });
  bar.start(total, 0, { bytes: '' });
  return {
    at: (bytes) => {
      if (stopped) return;
      first ??= bytes;
      const { perSecond, leftMs } = paceOf(bytes - first, total - first, now() - startMs);
      const pace = leftMs === undefined ? '' : ` · ${formatBytes(perSecond)}/s · ${formatWait(leftMs)} left`;
      bar.update(bytes, { bytes: `${formatBytes(bytes)} of ${formatBytes(total)}${pace}` });
    },
    stop: () => {
      if (!stopped) bar.stop();
      stopped = true;
    },
  };
};
