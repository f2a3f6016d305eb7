import type { HostEvent } from '../../local/index.ts';

/** What is told of a host's environments while a command runs. */
export interface EnvironmentWatch {
  /** Takes every event of the host. */
  observe(event: HostEvent): void;
  /** Environments that ended in the middle of their work. */
  crashes(): number;
}

/** How many characters of an environment's name are shown: enough to tell those of one run apart. */
const SHOWN_NAME = 8;

/** Metrics for CloudWatch travel as lines of the log (the embedded metric format), and are nothing to read. */
const isMetrics = (line: string): boolean => line.startsWith('{"_aws":');

/**
 * Watches the environments of a host. The first crash is said at once, with the last line the environment logged, the
 * others are counted: a function that cannot start at all crashes for every picture. Logs, and what an invocation took of
 * time and memory, are for `verbose`.
 *
 * @param say prints a line
 */
export const watchEnvironments = (verbose: boolean, say: (line: string) => void): EnvironmentWatch => {
  const lastWords = new Map<string, string>();
  let crashes = 0;
  const nameOf = (environmentId: string): string => `environment ${environmentId.slice(0, SHOWN_NAME)}`;

  const onCrash = (environmentId: string, reason: string): void => {
    crashes += 1;
    if (crashes > 1 && !verbose) return;
    const words = lastWords.get(environmentId);
    const after = words === undefined ? '' : `; its last line: ${words}`;
    say(`${nameOf(environmentId)} ended in the middle of its work (${reason})${after}`);
  };

  return {
    crashes: () => crashes,
    observe: (event) => {
      switch (event.kind) {
        case 'log':
          if (event.line.trim() === '' || isMetrics(event.line)) return;
          lastWords.set(event.environmentId, event.line);
          if (verbose) say(`${nameOf(event.environmentId)}: ${event.line}`);
          return;
        case 'invocation ended':
          if (!verbose) return;
          say(
            `${nameOf(event.environmentId)}: ${Math.round(event.durationMs)} ms, at most ${event.maxMemoryMb} MB`,
          );
          return;
        case 'environment ended':
          if (['exited', 'timed out', 'out of memory', 'not started'].includes(event.reason)) {
            onCrash(event.environmentId, event.reason);
          }
          lastWords.delete(event.environmentId);
          return;
        default:
      }
    },
  };
};
