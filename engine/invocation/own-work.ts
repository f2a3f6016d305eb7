import { VersionSkewError } from '../../platform/index.ts';
import type { Place } from '../child/place.ts';
import type { HandlerDeps, Start } from '../handler.ts';
import type { Outcome, Receipt } from '../policy/outcome.ts';
import { OUTCOMES_MAX_BYTES } from '../protocol/fit.ts';
import { ownOptions } from '../protocol/options.ts';
import { type Request, readItem } from '../protocol/request.ts';
import type { DriveInput } from './drive-input.ts';
import { workedOutcome, wrongCount } from './worked-outcome.ts';

interface OwnWorkInput {
  readonly options: Request['options'];
  readonly place: Pick<Place, 'path' | 'deadline' | 'identity'>;
  readonly attempt: number;
  /** Told where this environment is not what the tree is, a model's sha256: its answers do not belong there. */
  readonly onSkew: (error: VersionSkewError) => void;
}

/**
 * The work function as the driver calls it: with items as the caller wrote them (what reading makes of them need not be
 * JSON, so they travel unread), and with its place in the tree. An item that cannot be read is answered here, and every
 * outcome carries its receipt if receipts were asked for, and none otherwise.
 */
export const ownWork = (
  { options, place, attempt, onSkew }: OwnWorkInput,
  { cold }: Start,
  { work, form, openStore }: HandlerDeps,
): NonNullable<DriveInput['work']> => {
  const mostBytes = openStore ? Number.POSITIVE_INFINITY : OUTCOMES_MAX_BYTES;
  const withReceipt = (given: Outcome<unknown> | undefined, signal: AbortSignal) => {
    if (signal.aborted && isPending(given, signal.reason)) return undefined;
    const { receipt, ...outcome } = workedOutcome(given, mostBytes);
    if (!options.receipts) return outcome;
    const where: Receipt = { path: place.path, attempt, cold };
    return { ...outcome, receipt: { ...where, ...receipt } };
  };
  return async (given, { signal, report, ready }) => {
    const reads = given.map((item) => readItem(item, form.itemKey, form));
    const answers = reads.map((read) =>
      'invalid' in read ? withReceipt({ error: read.invalid }, signal) : undefined,
    );
    const places = [...reads.keys()].filter((index) => !answers[index]);
    if (places.length === 0) return answers;
    const outcomes = await work(
      reads.flatMap((read) => ('item' in read ? [read.item] : [])),
      {
        signal,
        deadline: place.deadline,
        path: place.path,
        options: ownOptions(options),
        identify: (name, value) => {
          const skew = skewOf(place.identity, name, value);
          if (!skew) return;
          onSkew(skew);
          throw skew;
        },
        report: (index, said) => {
          const outcome = withReceipt(said, signal);
          if (outcome) report(places[index] ?? -1, outcome);
        },
        ready,
      },
    );
    if (!Array.isArray(outcomes)) {
      throw new TypeError(`Expected a list of outcomes of the work function, received ${typeof outcomes}.`);
    }
    if (outcomes.length !== places.length) throw wrongCount(places.length, outcomes.length);
    for (const [at, index] of places.entries()) answers[index] = withReceipt(outcomes[at], signal);
    return answers;
  };
};

/** Whether a work function that was aborted has not done an item: it says nothing of it, or gives the abort as the reason. */
const isPending = (given: Outcome<unknown> | undefined, reason: unknown): boolean =>
  given === undefined || ('error' in given && given.error === reason);

/** The first word of a tree counts; another one is an error. */
const skewOf = (known: Record<string, string>, name: string, value: string): VersionSkewError | undefined => {
  known[name] ??= value;
  return known[name] === value
    ? undefined
    : new VersionSkewError(`Expected ${name} ${known[name]}, as elsewhere in the tree, found ${value} here.`);
};
