import type { Run, RunInvocation, RunItem, Span } from './run.ts';

/** A row of the tree in time, and the invocations drawn on it. */
export interface Row {
  readonly name: string;
  readonly invocations: readonly RunInvocation[];
}

/** Compares names with numbers in them as people do: `2` before `10`. */
export const byNumbers = new Intl.Collator('en', { numeric: true });

/** Compares paths as places in the tree: `0.2` before `0.10`, a parent before its children. */
export const comparePaths = (a: string, b: string): number => {
  const [left, right] = [a.split('.'), b.split('.')];
  for (let level = 0; level < Math.min(left.length, right.length); level++) {
    const difference = byNumbers.compare(left[level] ?? '', right[level] ?? '');
    if (difference !== 0) return difference;
  }
  return left.length - right.length;
};

const byStart = (a: RunInvocation, b: RunInvocation): number => a.span[0] - b.span[0];

/** One row for each execution environment in the order of their first use, calls without an answer, whose environment nobody knows, last. */
const rowsByEnvironment = (invocations: readonly RunInvocation[]): readonly Row[] => {
  const groups = Map.groupBy(invocations.toSorted(byStart), ({ environment }) => environment);
  const rows = [...groups].map(([name, found]) => ({ name, invocations: found }));
  return [...rows.filter(({ name }) => name !== ''), ...rows.filter(({ name }) => name === '')];
};

/** One row for each place of the tree, parents above their children. */
const rowsByPath = (invocations: readonly RunInvocation[]): readonly Row[] =>
  [...Map.groupBy(invocations.toSorted(byStart), ({ path }) => path)]
    .map(([name, found]) => ({ name, invocations: found }))
    .toSorted((a, b) => comparePaths(a.name, b.name));

/** The rows of the tree in time. */
export const rowsOf = (invocations: readonly RunInvocation[], by: 'environment' | 'path'): readonly Row[] =>
  by === 'environment' ? rowsByEnvironment(invocations) : rowsByPath(invocations);

/** Whether a call held a slot: a throttled or refused one never ran. */
export const ran = ({ outcome }: RunInvocation): boolean => outcome !== 'throttled' && outcome !== 'refused';

/** A line of steps: slots in use from each instant on (ms since the run began). */
export interface Steps {
  readonly atMs: readonly number[];
  readonly slots: readonly number[];
}

/** Slots in use over time: plus one where an invocation begins, minus one where it ends. */
export const slotsInUse = (invocations: readonly RunInvocation[], elapsedMs: number): Steps => {
  const changes = invocations
    .filter(ran)
    .flatMap(({ span: [start, end] }) => [[start, 1] as const, [end, -1] as const])
    .toSorted((a, b) => a[0] - b[0] || a[1] - b[1]);
  const atMs = [0];
  const slots = [0];
  let inUse = 0;
  for (const [ms, change] of changes) {
    inUse += change;
    if (atMs.at(-1) === ms) slots[slots.length - 1] = inUse;
    else {
      atMs.push(ms);
      slots.push(inUse);
    }
  }
  if ((atMs.at(-1) ?? 0) < elapsedMs) {
    atMs.push(elapsedMs);
    slots.push(inUse);
  }
  return { atMs, slots };
};

/** What is left of a span when other spans are taken out of it: the time an invocation waited. */
export const without = ([start, end]: Span, taken: readonly Span[]): readonly Span[] => {
  const left: Span[] = [];
  let from = start;
  for (const [a, b] of taken.toSorted((x, y) => x[0] - y[0])) {
    if (a > from) left.push([from, Math.min(a, end)]);
    from = Math.max(from, b);
  }
  if (from < end) left.push([from, end]);
  return left;
};

/** The tag a picture goes by: the best of its first model. */
export const topTag = ({
  answers,
}: RunItem): { readonly class: string; readonly confidence: number } | undefined => answers[0]?.tags[0];

/** Figures of the head. */
export const headline = (run: Run) => {
  const failed = run.items.filter(({ error }) => error !== undefined).length;
  const coldStarts = run.invocations.filter((invocation) => ran(invocation) && invocation.cold).length;
  const lacks = run.cost?.withColdStarts === false && coldStarts > 0 ? ', without cold starts' : '';
  return {
    pictures: run.items.length,
    failed,
    perSecond: run.elapsedMs > 0 ? (run.items.length / run.elapsedMs) * 1000 : 0,
    coldStarts,
    peakSlots: slotsInUse(run.invocations, run.elapsedMs).slots.reduce((a, b) => Math.max(a, b), 0),
    ...(run.cost && { cost: { name: `${run.cost.about}${lacks}`, usd: run.cost.usd } }),
  };
};

/** How right the first model's best tags are, over the pictures whose class is known. */
export interface Confusion {
  readonly known: number;
  readonly right: number;
  /** The true class is among the tags that were given. */
  readonly amongTags: number;
  /** Classes of the matrix, the most confused pairs first; none where there are many and no two are confused twice. */
  readonly classes: readonly string[];
  /** Pictures by true class (row) and given class (column), indexes into `classes`; the rest is left out. */
  readonly matrix: readonly (readonly number[])[];
  /** Pictures answered wrongly, the most confident first. */
  readonly mistakes: readonly RunItem[];
}

/** As people tell classes apart: a folder `Electric_ray` holds what a model calls `electric ray`. */
const asClass = (name: string): string => name.trim().toLowerCase().replaceAll('_', ' ');

/** One spelling for each class: the one that answers have, where they have it. */
const spellingOf = (items: readonly RunItem[]): ((name: string | undefined) => string) => {
  const names = [
    ...items.map(({ truth }) => truth ?? ''),
    ...items.flatMap(({ answers }) => answers[0]?.tags ?? []).map((tag) => tag.class),
  ];
  const spellings = new Map(names.map((name) => [asClass(name), name]));
  return (name = '') => spellings.get(asClass(name)) ?? name;
};

/** Compares truth and answers; undefined where no truth was given, and where answers are no tags. */
export const confusionOf = (items: readonly RunItem[], mostClasses = 24): Confusion | undefined => {
  const known = items.filter(({ truth }) => truth !== undefined);
  if (!known.some(topTag)) return undefined;
  const spelled = spellingOf(known);
  const judged = known.map((item) => ({
    item,
    truth: spelled(item.truth),
    given: spelled(topTag(item)?.class),
  }));
  const wrong = judged.filter(({ truth, given }) => truth !== given);
  const pairs = tally(wrong.map(({ truth, given }) => JSON.stringify([truth, given]))).map(
    ([pair, times]) => [(JSON.parse(pair) as string[]).filter((name) => name !== ''), times] as const,
  );
  const classesOf = (some: typeof pairs) => [...new Set(some.flatMap(([names]) => names))];
  const all = classesOf(pairs);
  // where there are many classes, a matrix of what was confused once is empty squares: the mistakes are a list already
  const classes =
    all.length <= mostClasses ? all : classesOf(pairs.filter(([, times]) => times > 1)).slice(0, mostClasses);
  const place = new Map(classes.map((name, index) => [name, index]));
  const matrix = classes.map(() => classes.map(() => 0));
  for (const { truth, given } of judged) {
    const row = matrix[place.get(truth) ?? -1];
    const column = place.get(given) ?? -1;
    if (row && column >= 0) row[column] = (row[column] ?? 0) + 1;
  }
  return {
    known: known.length,
    right: known.length - wrong.length,
    amongTags: judged.filter(({ item, truth }) =>
      item.answers[0]?.tags.some((tag) => spelled(tag.class) === truth),
    ).length,
    classes,
    matrix,
    mistakes: wrong
      .map(({ item }) => item)
      .toSorted((a, b) => (topTag(b)?.confidence ?? 0) - (topTag(a)?.confidence ?? 0)),
  };
};

/** How often each value stands in a list, the most frequent first. */
export const tally = (values: readonly string[]): readonly (readonly [string, number])[] =>
  [...Map.groupBy(values, (value) => value)]
    .map(([value, found]) => [value, found.length] as const)
    .toSorted(([a, n], [b, m]) => m - n || byNumbers.compare(a, b));
