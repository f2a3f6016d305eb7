import type { Output } from '../terminal.ts';
import { formatBytes, formatRate, formatWait, paceOf } from './amounts.ts';

/** A line that says how far something is. */
export interface ProgressLine {
  /** So much is done, of so much. */
  at(done: number, total: number, failed?: number): void;
  /** Prints something, to any stream: the line makes room and comes back below. */
  above(print: () => void): void;
  /** Removes the line. Idempotent. */
  stop(): void;
}

const noProgress: ProgressLine = { at: () => {}, above: (print) => print(), stop: () => {} };

/** What is counted: how amounts and rates are written, and how wide the text beside the bar is at most. */
const countings = {
  pictures: {
    amount: String,
    rate: (perSecond: number) => `${formatRate(perSecond)}/s`,
    // `100% · 1,000,000 of 1,000,000 · 12,345/s · 59 min 59 s left · …`
    textWidth: 62,
  },
  bytes: {
    amount: formatBytes,
    rate: (perSecond: number) => `${formatBytes(perSecond)}/s`,
    // `100% · 999.9 MB of 999.9 MB · 999.9 MB/s · 59 min 59 s left`
    textWidth: 66,
  },
} as const;

/**
 * A progress bar with rate and time left, on a stream that is a terminal; on any other nothing is drawn. It is drawn
 * when it is first told how far things are.
 *
 * @param now a clock, in milliseconds
 */
export const openProgress = async (
  stream: Output | { readonly isTTY?: never },
  counting: keyof typeof countings,
  now: () => number = () => performance.now(),
): Promise<ProgressLine> => {
  if (!stream.isTTY) return noProgress;
  const { default: cliProgress } = await import('cli-progress');
  const { amount, rate, textWidth } = countings[counting];
  const startMs = now();
  const state = { done: 0, total: 0, failed: 0, drawn: false, stopped: false };
  let before: number | undefined;
  const bar = new cliProgress.SingleBar({
    stream: stream.device ?? stream,
    format: '{bar} {percentage}% · {text}',
    barsize: Math.min(40, Math.max(8, (stream.columns ?? 80) - textWidth)),
    barCompleteChar: '█',
    barIncompleteChar: '░',
    clearOnComplete: true,
  });
  const payload = () => {
    const { perSecond, leftMs } = paceOf(
      state.done - (before ?? 0),
      state.total - (before ?? 0),
      now() - startMs,
    );
    const text = [
      `${amount(state.done)} of ${amount(state.total)}`,
      ...(leftMs === undefined ? [] : [rate(perSecond), `${formatWait(leftMs)} left`]),
      ...(state.failed === 0 ? [] : [`${state.failed} failed`]),
    ];
    return { text: text.join(' · ') };
  };
  const draw = (): void => {
    if (state.stopped || state.total === 0) return;
    if (!state.drawn) bar.start(state.total, state.done, payload());
    state.drawn = true;
    if (bar.getTotal() !== state.total) bar.setTotal(state.total);
    bar.update(state.done, payload());
  };
  const erase = (): void => {
    if (state.drawn) bar.stop();
    state.drawn = false;
  };
  return {
    at: (done, total, failed = 0) => {
      // what an earlier run left took no time now
      before ??= done;
      Object.assign(state, { done, total, failed });
      draw();
    },
    above: (print) => {
      // the bar remembers a place on the screen: what is printed would move it
      erase();
      print();
      draw();
    },
    stop: () => {
      erase();
      state.stopped = true;
    },
  };
};
