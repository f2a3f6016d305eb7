import type { Envelope } from '../../../engine/driver.ts';
import type { Fault } from '../../../local/index.ts';
import type { PageFault } from '../../../view/index.ts';
import type { StartedInvocation } from './tree-watch.ts';

/** Every how manyth call is refused. */
const THROTTLE_EVERY = 3;
/** Environments that are killed. */
const MOST_KILLS = 3;
/** How long one is let work before, ms: what is killed is seen to have been at work. */
const KILL_AFTER_MS = 50;
/** The same for the straggler, which may have one small picture only. */
const STOP_AFTER_MS = 5;
/** How long it stands still, ms: long beside a run of the samples, and no long wait for whoever looks on. */
const LATE_MS = 4_000;

/** What goes wrong with one run, always in the same way. */
export interface RunFaults {
  onCall(): Fault | undefined;
  onStarted(invocation: StartedInvocation): void;
  onEnded(id: string): void;
}

/** Kills a process for good, as the operating system does where memory is short; stops one, or lets it go on. */
const send = (signal: 'SIGKILL' | 'SIGSTOP' | 'SIGCONT', pid: number | undefined): void => {
  if (pid === undefined) return;
  try {
    process.kill(pid, signal);
  } catch (error) {
    // it has ended by itself
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
};

const holds = ({ items = [] }: Envelope, reference: string): boolean => items.includes(reference);

/**
 * Makes things go wrong as the page asks for it: every third call is refused; three environments are killed while they
 * work on more than one picture, for one that dies alone twice would be taken for the picture's fault; whatever is
 * given the poison is killed at once; and one environment, the first that can be caught at its work, stands still for four
 * seconds.
 *
 * @param poison the reference of the picture that kills
 */
export const runFaults = (asked: readonly PageFault[], poison: string | undefined): RunFaults => {
  let calls = 0;
  let kills = 0;
  let isLate = false;
  const running = new Set<string>();
  return {
    onCall: () =>
      asked.includes('throttle') && calls++ % THROTTLE_EVERY === THROTTLE_EVERY - 1
        ? { kind: 'throttle' }
        : undefined,
    onStarted: ({ id, envelope, pid }) => {
      running.add(id);
      if (asked.includes('poison') && poison !== undefined && holds(envelope, poison)) {
        // at once: it would answer a small picture before the next turn
        send('SIGKILL', pid);
        return;
      }
      if (asked.includes('straggler') && !isLate) {
        setTimeout(() => {
          if (isLate || !running.has(id)) return;
          isLate = true;
          send('SIGSTOP', pid);
          setTimeout(() => send('SIGCONT', pid), LATE_MS).unref();
        }, STOP_AFTER_MS).unref();
      }
      if (!asked.includes('kill') || (envelope.items ?? []).length < 2) return;
      setTimeout(() => {
        if (kills === MOST_KILLS || !running.has(id)) return;
        kills += 1;
        send('SIGKILL', pid);
      }, KILL_AFTER_MS).unref();
    },
    onEnded: (id) => void running.delete(id),
  };
};
