import { MESSAGE_MAX_CHARACTERS, nameSome, printable, shorten } from '../../platform/index.ts';
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

/** The form of an outcome, whatever a work function makes of it. */
const shaped = (given: unknown): Outcome<unknown> => {
  if (isRecord(given)) {
    const receipt = measuresOf(given.receipt);
    if (isError(given.error)) {
      return { error: { name: given.error.name, message: given.error.message }, receipt };
    }
    if (given.error === undefined && 'results' in given) return { results: given.results ?? null, receipt };
  }
  const received = isRecord(given) ? `the keys ${nameSome(Object.keys(given))}` : typeof given;
  const message =
    `Expected {results} or {error: {name, message}} of the work function for every item, received ${received}. ` +
    'A function of one item becomes a work function by each(…).';
  return { error: { name: 'TypeError', message } };
};

const cut = (text: string): string => printable(shorten(text, MESSAGE_MAX_CHARACTERS));

const uncarried = (name: string, message: string, { receipt }: Outcome<unknown>): Outcome<unknown> => ({
  error: { name, message },
  ...(receipt && { receipt }),
});

const carried = (outcome: Outcome<unknown>, most: number): Outcome<unknown> => {
  if ('error' in outcome) {
    const { name, message } = outcome.error;
    return { ...outcome, error: { name: cut(name), message: cut(message) } };
  }
  try {
    const text: string | undefined = JSON.stringify(outcome.results);
    if (text === undefined) throw new TypeError(`JSON has no ${typeof outcome.results}`);
    const bytes = Buffer.byteLength(text);
    if (bytes <= most) return outcome;
    const message = `Expected a result of at most ${most} bytes, received ${bytes} (with a STORE, larger ones are put aside).`;
    return uncarried('PayloadTooLargeError', message, outcome);
  } catch (error) {
    const message = `Expected a result that JSON can carry, received one that it cannot: ${error}`;
    return uncarried('TypeError', cut(message), outcome);
  }
};

/**
 * An outcome of the work function as the wire carries it: no result is `null`, an `Error` its name and message. Types
 * alone do not keep a work function to that, and what a child answered otherwise would be lost on every try. What is
 * neither a result nor an error, what JSON cannot carry, and a result of more than `most` bytes is that item's error.
 */
export const workedOutcome = (given: unknown, most: number): Outcome<unknown> => carried(shaped(given), most);

/** What to say when nobody knows any more which outcome is whose. */
export const wrongCount = (expected: number, received: number): Error =>
  new Error(`Expected ${expected} outcomes of the work function, received ${received}.`);
