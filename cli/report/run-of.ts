import type { InvocationReceipt, Outcome, Receipt, TimeSpan } from '../../engine/index.ts';
import { redactReference } from '../../images/index.ts';
import type { WireError } from '../../platform/index.ts';
import type { Run, RunAnswer, RunInvocation, RunItem, Span } from '../../view/index.ts';
import { priceOf } from './price.ts';

/**
 * What a tree's root is called: several trees are one forest. The number of its batch; of several functions, their names,
 * and from the second batch on its number too.
 */
export const treeName = (name: string, batch: number): string =>
  name === '' ? String(batch) : batch === 0 ? name : `${name}:${batch}`;

const placed = (path: string, tree: string): string => path.replace(/^0/, () => tree);

/** Where a picture was answered; several functions say so each, by a word that begins with its name. */
const pathsOf = (receipt: Receipt, batch: number): readonly string[] =>
  Object.entries(receipt).flatMap(([key, path]) => {
    const found = /^(?:([\w-]+)\.)?path$/.exec(key);
    return found && typeof path === 'string' ? [placed(path, treeName(found[1] ?? '', batch))] : [];
  });

/** When the steps of a picture were, ms since the run began: those that say when they began, and how long they took. */
const stepsOf = (receipt: Receipt, startedMs: number): Readonly<Record<string, Span>> =>
  Object.fromEntries(
    Object.entries(receipt).flatMap(([name, at]) => {
      const step = name.replace(/At$/, '');
      const ms = receipt[`${step}Ms`];
      if (step === name || typeof at !== 'number' || typeof ms !== 'number') return [];
      const start = Math.max(0, at - startedMs);
      return [[step, [start, start + ms] as const]];
    }),
  );

/** An error without the picture that it is about. */
const aboutIt = ({ name, message }: WireError, reference: string | undefined): WireError => {
  const prefix = reference === undefined ? '' : `${redactReference(reference)}: `;
  return { name, message: message.replace(prefix, '') };
};

/**
 * One picture of a run.
 *
 * @param reference what its error calls it, which its card says already
 * @param batch number of the batch that it went with
 * @param startedMs when the run began, epoch ms
 */
export const itemOf = (
  name: string,
  { receipt, ...outcome }: Outcome<unknown>,
  answers: readonly RunAnswer[],
  {
    batch = 0,
    truth,
    startedMs = 0,
    reference,
  }: {
    readonly batch?: number;
    readonly truth?: string | undefined;
    readonly startedMs?: number;
    readonly reference?: string;
  },
): RunItem => {
  const measures = Object.entries(receipt ?? {}).filter(
    (entry): entry is [string, number] => entry[0].endsWith('Ms') && typeof entry[1] === 'number',
  );
  const paths = pathsOf(receipt ?? {}, batch);
  return {
    name,
    answers,
    ...('error' in outcome && { error: aboutIt(outcome.error, reference) }),
    ...(paths.length > 0 && { paths }),
    ...(measures.length > 0 && { measures: Object.fromEntries(measures) }),
    ...(receipt && startedMs > 0 && { steps: stepsOf(receipt, startedMs) }),
    ...(typeof receipt?.preview === 'string' && { preview: receipt.preview }),
    ...(truth !== undefined && { truth }),
  };
};

/** The invocations of a tree, in ms since the run began. */
export const invocationsOf = (
  receipts: readonly InvocationReceipt[],
  startedMs: number,
  tree: string,
): readonly RunInvocation[] => {
  const since = ([start, end]: TimeSpan): Span => [
    Math.max(0, start - startedMs),
    Math.max(0, end - startedMs),
  ];
  return receipts.map(({ message, ...receipt }) => ({
    ...receipt,
    path: placed(receipt.path, tree),
    span: since(receipt.span),
    ownWork: receipt.ownWork.map(since),
    ...(message !== undefined && { message }),
  }));
};

/** What invocations cost on AWS at list price, US dollars; a call that never ran costs nothing. */
export const costOf = (invocations: readonly RunInvocation[]): number => {
  const ran = invocations.filter(({ outcome }) => outcome !== 'throttled' && outcome !== 'refused');
  const billedMs = ran.reduce((sum, { span: [start, end] }) => sum + end - start, 0);
  return priceOf(billedMs, ran.length);
};

/** Nothing is known of the tree. */
export const noCounts: Run['counts'] = { invocations: 0, depth: 0, throttled: 0, retried: 0 };
