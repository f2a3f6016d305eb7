import type { PageEvent } from './page.ts';
import type { Run, RunInvocation, RunItem } from './run.ts';

/** A run under way, as far as it has been told. */
export interface LiveRun {
  readonly title: string;
  readonly state: 'running' | 'ended' | 'failed';
  /** By the page's clock, epoch ms. */
  readonly beganMs: number;
  readonly roots: readonly string[];
  /** By the id they were told with. */
  readonly invocations: ReadonlyMap<string, RunInvocation>;
  /** In the order of the batch; a hole where nothing is known yet. */
  readonly items: readonly (RunItem | undefined)[];
  /** What the host made of it in the end. */
  readonly final?: Omit<Run, 'items'>;
  /** Why it ended before its end. */
  readonly message?: string;
}

/** A run that has just been asked for. @param nowMs epoch ms */
export const begun = (title: string, pictures: number, nowMs: number): LiveRun => ({
  title,
  state: 'running',
  beganMs: nowMs,
  roots: [],
  invocations: new Map(),
  items: Array.from({ length: pictures }, () => undefined),
});

/** The run after an event. */
export const told = (run: LiveRun, event: PageEvent): LiveRun => {
  switch (event.kind) {
    case 'started':
      return { ...run, roots: [event.rootRequestId] };
    case 'invocation':
      return { ...run, invocations: new Map(run.invocations).set(event.id, event.invocation) };
    case 'item':
      return { ...run, items: run.items.with(event.index, event.item) };
    case 'ended':
      return {
        ...run,
        state: 'ended',
        final: event.run,
        ...(event.stopped !== undefined && { message: event.stopped }),
      };
    case 'failed':
      return { ...run, state: 'failed', message: event.message };
    default:
      return event satisfies never;
  }
};

const depthOf = ({ path }: RunInvocation): number => path.split('.').length - 1;

/** As much of it as can be drawn. @param nowMs epoch ms: bars of invocations under way reach to it */
export const drawn = (live: LiveRun, nowMs: number): Run => {
  const items = live.items.filter((item) => item !== undefined);
  if (live.final) return { ...live.final, items };
  const elapsedMs = Math.max(1, nowMs - live.beganMs);
  const invocations = [...live.invocations.values()].map(
    (invocation): RunInvocation =>
      invocation.outcome === 'running'
        ? { ...invocation, span: [invocation.span[0], Math.max(invocation.span[0], elapsedMs)] }
        : invocation,
  );
  const count = (outcome: RunInvocation['outcome']) =>
    invocations.filter((invocation) => invocation.outcome === outcome).length;
  return {
    title: live.title,
    startedMs: live.beganMs,
    elapsedMs: invocations.reduce((most, { span }) => Math.max(most, span[1]), elapsedMs),
    roots: live.roots.filter((id) => id !== ''),
    facts: [],
    counts: {
      invocations: invocations.length - count('throttled'),
      depth: invocations.reduce((most, invocation) => Math.max(most, depthOf(invocation)), 0),
      throttled: count('throttled'),
      retried: invocations.filter(({ attempt }) => attempt > 0).length,
    },
    invocations,
    items,
    previewCap: items.length,
  };
};
