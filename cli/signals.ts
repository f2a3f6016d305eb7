import { exitCodes } from './command.ts';
import type { Terminal } from './terminal.ts';

/** Signals by which people and process managers end a command. */
const stopSignals = ['SIGINT', 'SIGTERM'] as const;

export type StopSignal = (typeof stopSignals)[number];

/**
 * One Ctrl-C can arrive twice: the terminal sends it to the whole process group, and npm, which is in it, passes its
 * own on to the script. Nobody presses a key again within this time.
 */
const SAME_PRESS_MS = 250;

/**
 * Calls `onFirst` at the first stop signal; the second ends the process at once (environments of a local host are
 * then killed by its guardian).
 *
 * @param now a clock, in milliseconds
 * @returns stops listening
 */
export const onStopSignal = (
  terminal: Pick<Terminal, 'on' | 'off' | 'exit'>,
  onFirst: (signal: StopSignal) => void,
  now: () => number = () => performance.now(),
): (() => void) => {
  let firstMs: number | undefined;
  const listen = (signal: NodeJS.Signals): void => {
    if (firstMs === undefined) {
      firstMs = now();
      onFirst(signal as StopSignal);
      return;
    }
    if (now() - firstMs > SAME_PRESS_MS) terminal.exit(exitCodes[signal as StopSignal]);
  };
  for (const signal of stopSignals) terminal.on(signal, listen);
  return () => {
    for (const signal of stopSignals) terminal.off(signal, listen);
  };
};
