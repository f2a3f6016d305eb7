import type { HostEvent } from '../../local/index.ts';

/** What a run takes of a host. */
export interface Usage {
  readonly coldStarts: number;
  /** The most invocations at once. */
  readonly mostSlots: number;
  readonly invocations: number;
  /** Time of all invocations, cold starts included, ms: what AWS bills. */
  readonly billedMs: number;
}

/** Counts what is taken of a host, by its events. */
export const countUsage = () => {
  let used: Usage = { coldStarts: 0, mostSlots: 0, invocations: 0, billedMs: 0 };
  let running = 0;
  return {
    observe: (event: HostEvent): void => {
      if (event.kind === 'invocation started') {
        running += 1;
        used = {
          ...used,
          coldStarts: used.coldStarts + (event.cold ? 1 : 0),
          mostSlots: Math.max(used.mostSlots, running),
        };
      } else if (event.kind === 'invocation ended') {
        running -= 1;
        const billedMs = used.billedMs + event.durationMs + (event.initMs ?? 0);
        used = { ...used, invocations: used.invocations + 1, billedMs };
      }
    },
    used: (): Usage => used,
  };
};
