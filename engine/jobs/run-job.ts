import { STEP_KEY, type StepReply } from './step-job.ts';

/** A call of a function, as the state machine makes it; never rejects. */
export type CallFunction = (target: string, payload: unknown) => Promise<Called>;

/** What became of it, in the words of Step Functions. */
export type Called =
  | { readonly kind: 'replied'; readonly payload: unknown }
  | { readonly kind: 'failed'; readonly error: string; readonly cause: string }
  /** It did not run, and may when asked again: throttled, service error. */
  | { readonly kind: 'refused'; readonly error: string; readonly cause: string };

/** What the state machine runs with. */
export interface Execution {
  /** `name:alias` of the function `jobs`. */
  readonly jobsFunction: string;
  readonly call: CallFunction;
  readonly wait: (seconds: number) => Promise<void>;
}

/** As the retriers of the state machine on AWS have it (`infra/constructs/job-machine.ts`). */
export const RETRIES = { attempts: 10, firstSeconds: 1, mostSeconds: 60 } as const;

const retried = async (
  { call, wait }: Execution,
  isRetried: (called: Called) => boolean,
  target: string,
  payload: unknown,
): Promise<Called> => {
  for (let attempt = 0; ; attempt++) {
    const called = await call(target, payload);
    if (!isRetried(called) || attempt === RETRIES.attempts) return called;
    await wait(Math.min(RETRIES.mostSeconds, RETRIES.firstSeconds * 2 ** attempt));
  }
};

/** Of a run's answer: all else is in the store. */
const ranOf = (called: Called): unknown => {
  if (called.kind !== 'replied') return { error: called.error, cause: called.cause };
  const { summary } = called.payload as { summary: Readonly<Record<string, unknown>> };
  const { invocations, depth, throttled, retried: again } = summary;
  return { stats: { invocations, depth, throttled, retried: again } };
};

/**
 * The state machine of a job, as it is on the local host: the same states, messages and retries as the one of Step
 * Functions.
 *
 * @returns what is told of the job at its end.
 * @throws where no turn can be had: the function `jobs` fails.
 */
export const runJob = async (id: string, execution: Execution): Promise<unknown> => {
  const { jobsFunction, wait } = execution;
  let told: Readonly<Record<string, unknown>> = { id };
  for (;;) {
    const turn = await retried(execution, ({ kind }) => kind !== 'replied', jobsFunction, {
      [STEP_KEY]: told,
    });
    if (turn.kind !== 'replied') throw new Error(`${jobsFunction}: ${turn.error}: ${turn.cause}`);
    const reply = turn.payload as StepReply;
    if (reply.go === 'end') return reply.detail;
    if (reply.seconds > 0) await wait(reply.seconds);
    const ran = await retried(execution, ({ kind }) => kind === 'refused', reply.function, reply.request);
    told = { id: reply.id, ran: ranOf(ran) };
  }
};
