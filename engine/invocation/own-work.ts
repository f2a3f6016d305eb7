import { VersionSkewError } from '../../platform/errors.ts';
import type { Place } from '../child/child.ts';
import type { HandlerDeps, Start } from '../handler.ts';
import type { Outcome, Receipt } from '../policy/outcome.ts';
import { carried, OUTCOMES_MAX_BYTES } from '../protocol/fit.ts';
import { ownOptions } from '../protocol/options.ts';
import type { Request } from '../protocol/request.ts';
import type { DriveInput } from './drive-input.ts';
import { readFirst } from './read-first.ts';
import { workedOutcome } from './worked-outcome.ts';

interface OwnWorkInput {
  readonly options: Request['options'];
  readonly place: Pick<Place, 'path' | 'deadline' | 'identity'>;
  readonly attempt: number;
  /** Told where this environment is not what the tree is, a model's sha256: its answers do not belong there. */
  readonly onSkew: (error: VersionSkewError) => void;
}

/**
 * The work function as the driver calls it: it knows its place in the tree, and every outcome carries its receipt
 * if receipts were asked for, and none otherwise.
 */
export const ownWork = (
  { options, place, attempt, onSkew }: OwnWorkInput,
  { cold }: Start,
  { work, form, openStore }: HandlerDeps,
): NonNullable<DriveInput['work']> => {
  const workOnItems = readFirst(work, form);
  const withReceipt = (
    given: Outcome<unknown> | undefined,
    signal: AbortSignal,
  ): Outcome<unknown> | undefined => {
    if (signal.aborted && isPending(given, signal.reason)) return undefined;
    const { receipt, ...outcome } = carried(
      workedOutcome(given),
      openStore ? Number.POSITIVE_INFINITY : OUTCOMES_MAX_BYTES,
    );
    if (!options.receipts) return outcome;
    const where: Receipt = { path: place.path, attempt, cold };
    return { ...outcome, receipt: { ...where, ...receipt } };
  };
  return async (items, round) => {
    const outcomes = await workOnItems(items, {
      signal: round.signal,
      deadline: place.deadline,
      path: place.path,
      options: ownOptions(options),
      identify: (name, value) => {
        const skew = skewOf(place.identity, name, value);
        if (!skew) return;
        onSkew(skew);
        throw skew;
      },
      report: (index, given) => {
        const outcome = withReceipt(given, round.signal);
        if (outcome) round.report(index, outcome);
      },
      ready: round.ready,
    });
    return outcomes.map((given) => withReceipt(given, round.signal));
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
