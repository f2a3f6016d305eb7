import type { PageEvent } from './page.ts';
import type { Run, RunInvocation, RunItem, Span } from './run.ts';

/** Characters of the pictures of one call: Lambda takes 6 MB with all that is around them. */
export const CALL_MAX_CHARACTERS = 4_500_000;

/** Pictures of one call, so that answers come in pieces, and each within the 29 s that a gateway waits. */
const MOST_PICTURES = 32;

/** Cuts a list, in order, into calls: no more pictures or characters than one takes, but at least one picture. */
export const cutIntoCalls = (characters: readonly number[]): readonly (readonly number[])[] => {
  const calls: number[][] = [];
  let room = 0;
  for (const [index, size] of characters.entries()) {
    const last = calls.at(-1);
    if (last === undefined || last.length === MOST_PICTURES || size > room) {
      calls.push([index]);
      room = CALL_MAX_CHARACTERS - size;
    } else {
      last.push(index);
      room -= size;
    }
  }
  return calls;
};

/** What a function replies to a batch with receipts, as far as it is shown. */
export interface BatchReply {
  readonly results: readonly {
    readonly results?: { readonly tags?: RunItem['answers'][number]['tags'] };
    readonly error?: { readonly name: string; readonly message: string };
    readonly receipt?: Readonly<Record<string, string | number | boolean>>;
  }[];
  readonly summary: Run['counts'] & {
    readonly rootRequestId: string;
    readonly receipts?: readonly RunInvocation[];
  } & Readonly<Record<string, unknown>>;
}

/** A call and its reply. Times are in ms since the run began, by the page's clock. */
export interface AnsweredCall {
  /** Its place among the run's calls; its tree is called so. */
  readonly number: number;
  /** Places of its pictures in the run, and what they are called. */
  readonly indexes: readonly number[];
  readonly names: readonly string[];
  readonly span: Span;
  readonly reply: BatchReply;
}

/**
 * By how much the clocks of a tree are off, so that its root lies within the call: nothing where it does, else as much as
 * puts it into the middle. What can be wrong is half of what the call took beyond the root's own time.
 */
const shiftOf = ([calledMs, answeredMs]: Span, [start, end]: Span): number =>
  calledMs <= start && end <= answeredMs ? 0 : (calledMs + answeredMs) / 2 - (start + end) / 2;

/** The invocations of a call's tree. @param startedMs when the run began, epoch ms by the page's clock */
const treeOf = ({ number, span, reply }: AnsweredCall, startedMs: number): readonly RunInvocation[] => {
  const receipts = (reply.summary.receipts ?? []).map((receipt) => {
    const since = ([start, end]: Span): Span => [start - startedMs, end - startedMs];
    return { ...receipt, span: since(receipt.span), ownWork: receipt.ownWork.map(since) };
  });
  const root = receipts.find(({ path, outcome }) => path === '0' && outcome === 'answered');
  const shift = root ? shiftOf(span, root.span) : 0;
  const moved = ([start, end]: Span): Span => [Math.max(0, start + shift), Math.max(0, end + shift)];
  return receipts.map((receipt) => ({
    ...receipt,
    path: receipt.path.replace(/^0/, String(number)),
    span: moved(receipt.span),
    ownWork: receipt.ownWork.map(moved),
  }));
};

const itemOf = (
  { results, error, receipt = {} }: BatchReply['results'][number],
  name: string,
  { model, tree }: { readonly model: string; readonly tree: number },
): RunItem => {
  const measures = Object.entries(receipt).filter(
    (entry): entry is [string, number] => entry[0].endsWith('Ms') && typeof entry[1] === 'number',
  );
  return {
    name,
    answers: results
      ? [{ model, tags: results.tags ?? [], ...(!results.tags && { text: JSON.stringify(results) }) }]
      : [],
    ...(error && { error }),
    ...(typeof receipt.path === 'string' && { paths: [receipt.path.replace(/^0/, String(tree))] }),
    ...(measures.length > 0 && { measures: Object.fromEntries(measures) }),
  };
};

/** The name under which a call's root is told, before and after its reply. */
export const rootId = (number: number): string => `call ${number}`;

/** What a reply tells of a run: its pictures, and the bars of its tree; that of the root takes the call's place. */
export const eventsOf = (call: AnsweredCall, model: string, startedMs: number): readonly PageEvent[] => [
  ...treeOf(call, startedMs).map((invocation, at): PageEvent => {
    const isRoot = invocation.path === String(call.number) && invocation.outcome === 'answered';
    return {
      kind: 'invocation',
      id: isRoot ? rootId(call.number) : `${rootId(call.number)}.${at}`,
      invocation,
    };
  }),
  ...call.indexes.map(
    (index, at): PageEvent => ({
      kind: 'item',
      index,
      item: itemOf(call.reply.results[at] ?? {}, call.names[at] ?? '', { model, tree: call.number }),
    }),
  ),
];

/** The whole of a run of calls. @param price US dollars for a ms of an environment, and for an invocation */
export const wholeOf = (
  calls: readonly AnsweredCall[],
  startedMs: number,
  {
    elapsedMs,
    title,
    price,
  }: { elapsedMs: number; title: string; price: { ms: number; invocation: number } },
): Omit<Run, 'items'> => {
  const invocations = calls.flatMap((call) => treeOf(call, startedMs));
  const ran = invocations.filter(({ outcome }) => outcome !== 'throttled' && outcome !== 'refused');
  const billedMs = ran.reduce((sum, { span: [start, end] }) => sum + end - start, 0);
  const summaries = calls.map(({ reply }) => reply.summary);
  const sum = (name: 'invocations' | 'throttled' | 'retried') =>
    summaries.reduce((all, summary) => all + summary[name], 0);
  const version = summaries[0]?.version;
  return {
    ...{ title, startedMs, elapsedMs, invocations, previewCap: Number.MAX_SAFE_INTEGER },
    roots: summaries.map(({ rootRequestId }) => rootRequestId),
    facts: typeof version === 'string' ? [['version', version]] : [],
    counts: {
      invocations: sum('invocations'),
      depth: summaries.reduce((most, { depth }) => Math.max(most, depth), 0),
      throttled: sum('throttled'),
      retried: sum('retried'),
    },
    cost: {
      usd: billedMs * price.ms + ran.length * price.invocation,
      ...{ about: 'cost on AWS', withColdStarts: false },
    },
  };
};
