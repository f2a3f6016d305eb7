import type { Outcome, Receipt } from '../policy/outcome.ts';

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null;

/** The measures that JSON carries as they are. */
const measuresOf = (receipt: unknown): Receipt =>
  Object.fromEntries(
    Object.entries(isRecord(receipt) ? receipt : {}).filter(
      ([, value]) => typeof value === 'string' || typeof value === 'boolean' || Number.isFinite(value),
    ),
  ) as Receipt;

const isError = (value: unknown): value is { name: string; message: string } =>
  isRecord(value) && typeof value.name === 'string' && typeof value.message === 'string';

/**
 * An outcome of the work function as the wire carries it: no result is `null`, an `Error` its name and message. Types
 * alone do not keep a work function to that, and what a child answered otherwise would be lost on every try. What is
 * neither a result nor an error is that item's error, a TypeError.
 */
export const workedOutcome = (given: unknown): Outcome<unknown> => {
  if (isRecord(given)) {
    const receipt = measuresOf(given.receipt);
    if (isError(given.error)) {
      return { error: { name: given.error.name, message: given.error.message }, receipt };
    }
    if (given.error === undefined && 'results' in given) return { results: given.results ?? null, receipt };
  }
  const received = isRecord(given) ? `the keys ${Object.keys(given).join(', ') || '(none)'}` : typeof given;
  const message =
    `Expected {results} or {error: {name, message}} of the work function for every item, received ${received}. ` +
    'A function of one item becomes a work function by each(…).';
  return { error: { name: 'TypeError', message } };
};

/** What to say when nobody knows any more which outcome is whose. */
export const wrongCount = (expected: number, received: number): Error =>
  new Error(`Expected ${expected} outcomes of the work function, received ${received}.`);
