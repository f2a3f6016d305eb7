import { ran, slotsInUse } from './figures.ts';
import type { Run, RunInvocation, Span } from './run.ts';

/**
 * One event of the trace-event format, as Chrome's tracing and Perfetto read it. Times are in microseconds.
 *
 * Source: "Trace Event Format" (Chromium project): `X` complete, `s`/`f` flow, `C` counter, `i` instant, `M` metadata.
 */
export interface TraceEvent {
  readonly name: string;
  readonly ph: 'X' | 's' | 'f' | 'C' | 'i' | 'M';
  readonly pid: number;
  readonly tid: number;
  readonly ts: number;
  readonly dur?: number;
  readonly id?: number;
  readonly bp?: 'e';
  readonly s?: 't';
  readonly cat?: string;
  readonly args?: Readonly<Record<string, unknown>>;
}

/** Threads of a process: what an environment does at once. */
const threads = { invocation: 1, 'own work': 2 } as const;

const micros = (ms: number): number => Math.round(ms * 1000);

const parentOf = (path: string): string | undefined =>
  path.includes('.') ? path.slice(0, path.lastIndexOf('.')) : undefined;

const complete = (
  name: string,
  pid: number,
  tid: number,
  [start, end]: Span,
  args: Readonly<Record<string, unknown>>,
): TraceEvent => ({
  name,
  cat: 'droste',
  ph: 'X',
  pid,
  tid,
  ts: micros(start),
  dur: Math.max(1, micros(end) - micros(start)),
  args,
});

const named = (kind: 'process_name' | 'thread_name', pid: number, tid: number, name: string): TraceEvent => ({
  name: kind,
  ph: 'M',
  pid,
  tid,
  ts: 0,
  args: { name },
});

const invocationEvents = (invocation: RunInvocation, pid: number): readonly TraceEvent[] => {
  const { path, attempt, items, outcome, cold, span, ownWork, message } = invocation;
  const args = { path, attempt, items, outcome, cold, ...(message && { message }) };
  return [
    complete(`${path}${cold ? ' (cold)' : ''}`, pid, threads.invocation, span, args),
    ...ownWork.map((work) => complete('own work', pid, threads['own work'], work, { path })),
  ];
};

/** An arrow from the parent's bar to the child's, where both are there. */
const flow = (
  child: RunInvocation,
  childPid: number,
  parentPid: number,
  id: number,
): readonly TraceEvent[] => {
  const ts = micros(child.span[0]);
  const arrow = { name: 'invoke', cat: 'droste', id, tid: threads.invocation };
  return [
    { ...arrow, ph: 's', pid: parentPid, ts },
    { ...arrow, ph: 'f', bp: 'e', pid: childPid, ts },
  ];
};

/**
 * A run as trace-event JSON: a process for each execution environment, arrows from parent to child, counters for slots
 * in use and throttles. `JSON.stringify` of it opens in Perfetto and in Chrome's tracing.
 */
export const traceEvents = (run: Run): { readonly traceEvents: readonly TraceEvent[] } => {
  const started = run.invocations.filter(ran);
  const environments = [...new Set(started.map(({ environment }) => environment))];
  const pids = new Map(environments.map((name, index) => [name, index + 1]));
  const pidOf = ({ environment }: RunInvocation): number => pids.get(environment) ?? 0;
  const answered = new Map(started.map((invocation) => [invocation.path, invocation]));
  const { atMs, slots } = slotsInUse(run.invocations, run.elapsedMs);
  return {
    traceEvents: [
      ...environments.flatMap((name, index) => [
        named('process_name', index + 1, 0, name),
        ...Object.entries(threads).map(([thread, tid]) => named('thread_name', index + 1, tid, thread)),
      ]),
      named('process_name', 0, 0, 'the tree'),
      ...started.flatMap((invocation) => invocationEvents(invocation, pidOf(invocation))),
      ...started.flatMap((child, index) => {
        const parent = answered.get(parentOf(child.path) ?? '');
        return parent ? flow(child, pidOf(child), pidOf(parent), index + 1) : [];
      }),
      ...atMs.map(
        (ms, index): TraceEvent => ({
          name: 'slots in use',
          ph: 'C',
          pid: 0,
          tid: 0,
          ts: micros(ms),
          args: { slots: slots[index] ?? 0 },
        }),
      ),
      ...run.invocations
        .filter(({ outcome }) => outcome === 'throttled')
        .toSorted((a, b) => a.span[0] - b.span[0])
        .map(
          ({ span }, index): TraceEvent => ({
            name: 'throttles',
            ph: 'C',
            pid: 0,
            tid: 0,
            ts: micros(span[0]),
            args: { throttles: index + 1 },
          }),
        ),
    ],
  };
};
