import cliProgress from 'cli-progress';
import type { Terminal } from '../terminal.ts';
import { formatRate, formatWait, paceOf } from './pace.ts';
import type { ProgressLine } from './progress-line.ts';

/** What the line needs beside its bar, at most: `100% · 1,000,000 of 1,000,000 · 12,345/s · 59 min 59 s left · …`. */
const TEXT_WIDTH = 62;

const barWidth = (columns: number): number => Math.min(40, Math.max(8, columns - TEXT_WIDTH));

/**
 * A progress bar on a terminal, with rate and time left.
 *
 * @param stream a terminal
 * @param now a clock, in milliseconds
 */
export const progressBar = (
  stream: Terminal['stderr'],
  total: number,
  now: () => number = () => performance.now(),
): ProgressLine => {
  const startMs = now();
  let done = 0;
  let failed = 0;
  let stopped = false;
  const bar = new cliProgress.SingleBar({
    stream,
    format: '{bar} {percentage}% · {value} of {total}{pace}{failures}',
    barsize: barWidth(stream.columns),
    barCompleteChar: '█',
    barIncompleteChar: '░',
    clearOnComplete: true,
  });
  const payload = () => {
    const { perSecond, leftMs } = paceOf(done, total, now() - startMs);
    return {
      pace: leftMs === undefined ? '' : ` · ${formatRate(perSecond)}/s · ${formatWait(leftMs)} left`,
      failures: failed === 0 ? '' : ` · ${failed} failed`,
    };
  };
  bar.start(total, 0, payload());
  return {
    tick: (hasFailed) => {
      done += 1;
      if (hasFailed) failed += 1;
      if (!stopped) bar.update(done, payload());
    },
    above: (print) => {
      // the bar remembers a place on the screen: what is printed would move it
      if (!stopped) bar.stop();
      print();
      if (!stopped) bar.start(total, done, payload());
    },
    stop: () => {
      if (!stopped) bar.stop();
      stopped = true;
    },
  };
};
