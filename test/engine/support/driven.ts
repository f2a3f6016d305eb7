import type { ChildAnswer, ChildRequest } from '../../../engine/child/ports.ts';
import { drive } from '../../../engine/invocation/drive.ts';
import type { DriveInput, DriveResult, Round } from '../../../engine/invocation/drive-input.ts';
import type { Outcome } from '../../../engine/policy/outcome.ts';
import type { step } from '../../../engine/policy/policy.ts';
import type { EnvelopeReply } from '../../../engine/protocol/child-reply.ts';
import { inlineItems } from '../../../engine/stored-batch/item-source.ts';
import { createFakeClock, type FakeClock } from './fake-clock.ts';
import { rules } from './policy.ts';

/** A child that is out, until the test answers it or its signal is aborted. */
export interface OpenChild {
  readonly request: ChildRequest;
  answer(answer: ChildAnswer): void;
}

/** A round of own work, until the test answers it. */
export interface OpenRound {
  readonly items: readonly unknown[];
  readonly round: Round;
  answer(outcomes: readonly Outcome<unknown>[]): void;
  fail(error: unknown): void;
}

/** A drive under way, with everything it started in the order of its start. */
export interface Driven {
  readonly clock: FakeClock;
  readonly children: readonly OpenChild[];
  readonly rounds: readonly OpenRound[];
  readonly result: Promise<DriveResult>;
  /** Set once `result` has settled. */
  readonly settled: () => boolean;
}

/** Lets everything happen that waits for nothing but its turn. */
export const turn = async (): Promise<void> => {
  // a round waits for the calls before it to leave, then for a turn of the event loop
  for (let count = 0; count < 4; count++) await new Promise((resolve) => setImmediate(resolve));
};

/** Outcomes that name their items. */
export const done = (items: readonly unknown[]): readonly Outcome<unknown>[] =>
  items.map((item) => ({ results: `done ${item}` }));

/** A child's answer with these outcomes. */
export const replied = (
  outcomes: readonly (Outcome<unknown> | null)[],
  change: Partial<EnvelopeReply> = {},
): ChildAnswer => ({
  kind: 'answered',
  reply: {
    path: '0.0',
    version: '1',
    outcomes,
    undone: [],
    stats: { invocations: 1, depth: 1, throttled: 0, retried: 0 },
    identity: {},
    ...change,
  },
});

/** What a drive over `size` items, `0` to `size - 1`, is made of beside what a test says. */
export interface DrivenInput extends Partial<Omit<DriveInput, 'items' | 'plan' | 'rules' | 'clock'>> {
  readonly size: number;
  readonly lanes?: readonly { readonly slots: number; readonly chunk: number }[];
  readonly maxWork?: number;
  /** Default: the engine's. */
  readonly policy?: typeof step;
}

/**
 * Starts a drive with a fake clock and fake children that obey their signal; own work ignores it. Resolves a turn later:
 * the items of a round are read before its work begins.
 */
export const startDrive = async ({
  size,
  lanes = [],
  maxWork = 4,
  policy,
  ...input
}: DrivenInput): Promise<Driven> => {
  const clock = createFakeClock();
  const children: OpenChild[] = [];
  const rounds: OpenRound[] = [];
  let settled = false;
  const result = drive(
    {
      items: inlineItems(Array.from({ length: size }, (_, index) => index)),
      plan: { own: 0, lanes },
      rules: { ...rules, maxWork },
      onError: 'collect',
      deadline: clock.now() + 60_000,
      clock,
      work: (items, round) =>
        new Promise((resolve, reject) => {
          rounds.push({ items, round, answer: resolve, fail: reject });
        }),
      callChild: (request) =>
        new Promise((resolve) => {
          children.push({ request, answer: resolve });
          request.sent?.();
          request.signal.addEventListener('abort', () => resolve({ kind: 'aborted' }), { once: true });
        }),
      ...input,
    },
    policy,
  );
  const settle = () => {
    settled = true;
  };
  void result.then(settle, settle);
  await turn();
  return { clock, children, rounds, result, settled: () => settled };
};

/** The items a child was given with its call. */
export const givenTo = (child: OpenChild | undefined): readonly unknown[] => {
  const given = child?.request.given;
  if (given && 'items' in given) return given.items;
  throw new Error(`Expected a child that was given items, received ${JSON.stringify(given)}`);
};

/** Answers a child or a round with what its items are called. */
export const finish = (open: OpenChild | OpenRound | undefined): void => {
  if (!open) throw new Error('Expected something to be under way');
  if ('request' in open) open.answer(replied(done(givenTo(open))));
  else open.answer(done(open.items));
};

/** Finishes whatever is under way, latest first, until the drive has settled. */
export const finishAll = async ({ children, rounds, settled }: Driven): Promise<void> => {
  const open = new Set<OpenChild | OpenRound>();
  for (;;) {
    await turn();
    if (settled()) return;
    const next = [...rounds, ...children].filter((started) => !open.has(started)).at(-1);
    open.add(next ?? fail());
    finish(next);
  }
};

const fail = (): never => {
  throw new Error('Expected the drive to settle, or to have something under way');
};
