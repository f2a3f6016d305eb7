import type { WireError } from '../../platform/index.ts';
import type { TreeStats } from '../policy/outcome.ts';
import type { BatchControl } from '../stored-batch/control.ts';
import type { JobPhase, JobState } from './job.ts';

/** How the last run of the function ended. */
export type Ran =
  /** There was none in this execution. */
  | { readonly kind: 'not yet' }
  | { readonly kind: 'answered'; readonly stats: TreeStats }
  /** `byFunction` where the function itself said so; otherwise it ended without a word, or never ran. */
  | { readonly kind: 'failed'; readonly error: WireError; readonly byFunction: boolean };

/** What is seen of the stored batch after it. */
export interface Seen {
  readonly control: BatchControl;
  /** Items without an outcome; unknown until the list was read. */
  readonly missing: number | undefined;
  /** Whether the index of all results is there: the last that a run writes. */
  readonly indexed: boolean;
  /** Whether the first error of an item ends the job. */
  readonly raises: boolean;
}

/** What is to be done next. */
export type Decision =
  | { readonly go: 'run'; readonly seconds: number; readonly stalled: number }
  | {
      readonly go: 'end';
      readonly phase: Exclude<JobPhase, 'running'>;
      readonly error?: WireError | undefined;
    };

/** So many runs in a row that did nothing end a job. What AWS refuses for a while is tried again below this. */
export const STALLED_RUNS = 3;

/** Children of a run that was told to end hear it within this; the next one would share the slots with them. */
const CHILDREN_END_SECONDS = 2;

/** What is said of the request, or of the function's configuration: asking again is answered the same. */
const FINAL = new Set([
  'InvalidRequestError',
  'ForbiddenReferenceError',
  'ConfigurationError',
  'FailureToleranceError',
  'VersionSkewError',
]);

const end = (phase: Exclude<JobPhase, 'running'>, error?: WireError): Decision => ({
  go: 'end',
  phase,
  ...(error && { error }),
});

const noProgress = (missing: number | undefined): WireError => ({
  name: 'ChildInvocationError',
  message: `Expected progress, found none in ${STALLED_RUNS} runs: ${missing === 0 ? 'the index is' : `${missing ?? 'all'} items are`} missing as before.`,
});

/**
 * The state machine of a job, as one decision after every run: again while something is missing and progress is made,
 * with a wait that doubles where none was; an end when the index of all outcomes is there, when it was cancelled, and when
 * asking again would change nothing. Outcomes without an index are not enough: their run may have failed by the last of
 * them, or may have died before it could write the index, which the next one does.
 *
 * @param state as it was when the run began
 */
export const decide = (
  state: Pick<JobState, 'counts' | 'stalled' | 'slots' | 'error'>,
  ran: Ran,
  { control, missing, indexed, raises }: Seen,
): Decision => {
  if (control.cancelled) return end('cancelled');
  if (ran.kind === 'failed' && ran.byFunction && (raises || FINAL.has(ran.error.name))) {
    // told to end by other slots, a run under `raise` throws that
    if (ran.error.name !== 'AbortError') return end('failed', ran.error);
  }
  if (indexed) return end('done');
  if (ran.kind === 'not yet') return { go: 'run', seconds: 0, stalled: 0 };
  if (control.slots !== state.slots) return { go: 'run', seconds: CHILDREN_END_SECONDS, stalled: 0 };
  const before = state.counts.missing ?? Number.POSITIVE_INFINITY;
  if ((missing ?? Number.POSITIVE_INFINITY) < before) return { go: 'run', seconds: 0, stalled: 0 };
  const stalled = state.stalled + 1;
  if (stalled < STALLED_RUNS) return { go: 'run', seconds: 2 ** stalled, stalled };
  return end('failed', ran.kind === 'failed' ? ran.error : (state.error ?? noProgress(missing)));
};
