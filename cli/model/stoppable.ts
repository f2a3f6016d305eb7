import { type ExitCode, exitCodes } from '../command.ts';
import { openProgress } from '../output/progress.ts';
import { onStopSignal, type StopSignal } from '../signals.ts';
import type { Terminal } from '../terminal.ts';

/**
 * Does work over bytes that a stop signal ends, with a progress bar.
 *
 * @param whenStopped what is said then: what is kept, and how to go on
 * @throws what the work does, unless it was stopped
 */
export const stoppable = async (
  terminal: Terminal,
  whenStopped: string,
  work: (running: {
    readonly signal: AbortSignal;
    readonly onProgress: (bytes: number, total: number) => void;
    /** Prints a line on stderr. */
    readonly say: (line: string) => void;
  }) => Promise<void>,
): Promise<ExitCode> => {
  const { stderr } = terminal;
  const stopping = new AbortController();
  let stoppedBy: StopSignal | undefined;
  const unlisten = onStopSignal(terminal, (signal) => {
    stoppedBy = signal;
    stopping.abort();
  });
  const progress = await openProgress(stderr, 'bytes');
  const say = (line: string): void => progress.above(() => stderr.write(`${line}\n`));
  // the bar switches line wrapping off: a process that exits at once must not leave the terminal so
  terminal.on('exit', progress.stop);
  try {
    await work({ signal: stopping.signal, onProgress: progress.at, say });
    return exitCodes.done;
  } catch (failure) {
    if (stoppedBy === undefined) throw failure;
    say(whenStopped);
    return exitCodes[stoppedBy];
  } finally {
    progress.stop();
    terminal.off('exit', progress.stop);
    unlisten();
  }
};
