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

/** Threads of a process: what an environment does at once. Those of steps come after, as many as overlap. */
const threads = { invocation: 1, 'own work': 2 } as const;
const FIRST_STEP = 3;

/** What steps are called that are known by another name in receipts. */
const stepNames: Readonly<Record<string, string>> = { fetch: 'download' };

/** A step of a picture in an environment. */
interface Step {
  readonly name: string;
  readonly picture: string;
  readonly span: Span;
}

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

/** Beginnings are told in whole ms: a step may seem to begin before the one before it has ended. */
const ROUNDING_MS = 1;

/** Rows so few that no two steps of a row overlap: events of one thread lie beside each other or in each other. */
const withoutOverlaps = (steps: readonly Step[]): readonly (readonly Step[])[] => {
  const rows: Step[][] = [];
  for (const step of steps.toSorted((a, b) => a.span[0] - b.span[0])) {
    const free = rows.find((row) => (row.at(-1)?.span[1] ?? 0) <= step.span[0] + ROUNDING_MS);
    if (free) free.push(step);
    else rows.push([step]);
  }
  return rows.map((row) =>
    row.map((step, at) => {
      const [start, end] = step.span;
      return { ...step, span: [start, Math.min(end, row[at + 1]?.span[0] ?? end)] };
    }),
  );
};

/** The steps of an environment's pictures: a thread for each kind, and more of them where several are under way at once. */
const stepEvents = (steps: readonly Step[], pid: number): readonly TraceEvent[] => {
  const rows = [...Map.groupBy(steps, ({ name }) => name)].flatMap(([name, all]) =>
    withoutOverlaps(all).map((row, at) => ({ name: at === 0 ? name : `${name} ${at + 1}`, row })),
  );
  return rows.flatMap(({ name, row }, index) => [
    named('thread_name', pid, FIRST_STEP + index, name),
    ...row.map((step) => complete(step.name, pid, FIRST_STEP + index, step.span, { picture: step.picture })),
  ]);
};

/** Whether a path is of the tree of a function: `labels.0.3`, `labels-1.0` of a later batch. */
const isOf = (path: string, part: string): boolean =>
  path.startsWith(part) && /^(?:-\d+)?(?:\.|$)/.test(path.slice(part.length));

/** The steps of a run's pictures by environment; a picture is where the invocation was that answered it. */
const stepsByEnvironment = (
  items: Run['items'],
  answered: ReadonlyMap<string, RunInvocation>,
): ReadonlyMap<string, readonly Step[]> =>
  Map.groupBy(
    items.flatMap(({ name: picture, paths = [], steps = {} }) =>
      Object.entries(steps).flatMap(([named, span]) => {
        // of several functions, each has its steps where its tree is
        const [step = '', part] = named.split('.').reverse();
        const path = part === undefined ? paths[0] : paths.find((each) => isOf(each, part));
        const environment = answered.get(path ?? '')?.environment;
        return environment === undefined
          ? []
          : [{ name: stepNames[step] ?? step, picture, span, environment }];
      }),
    ),
    ({ environment }) => environment,
  );

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
 * A run as trace-event JSON: a process for each execution environment, with threads for invocations, own work and the
 * steps of pictures (download, decode, infer), arrows from parent to child, counters for slots
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
      ...[...stepsByEnvironment(run.items, answered)].flatMap(([environment, steps]) =>
        stepEvents(steps, pids.get(environment) ?? 0),
      ),
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
