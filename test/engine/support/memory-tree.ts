import type { CallOutcome, ChildCall } from '../../../engine/child/ports.ts';
import type { RecursionConfig } from '../../../engine/config.ts';
import type { InvocationContext } from '../../../engine/handler.ts';
import {
  type OptionsOf,
  type OptionsShape,
  type RecursiveOptions,
  recursive,
  type Work,
} from '../../../engine/index.ts';
import { ENVELOPE_KEY } from '../../../engine/protocol/envelope.ts';
import { toWireError } from '../../../platform/errors.ts';

/** What one call carried, for assertions. */
export interface SeenCall {
  readonly target: string;
  readonly path: string;
  readonly items: readonly unknown[];
}

export interface MemoryTreeInput<Item, Shape extends OptionsShape = OptionsShape>
  extends RecursiveOptions<Item, Shape> {
  readonly shape?: Partial<RecursionConfig>;
  readonly version?: string;
  /** Time left for every invocation. Default one minute. */
  readonly remainingMs?: number;
  /** What becomes of a call instead of an invocation; `undefined` lets it through. `n` counts calls from 0. */
  readonly fault?: (call: ChildCall, n: number) => CallOutcome | undefined;
}

/** A function whose children run in the same process, over JSON, as Lambda's reply carries it. */
export const memoryTree = <Item, Result, Shape extends OptionsShape = Record<never, never>>(
  work: Work<Item, Result, OptionsOf<Shape>>,
  { shape, version = '7', remainingMs = 60_000, fault, ...options }: MemoryTreeInput<Item, Shape> = {},
) => {
  const seen: SeenCall[] = [];
  let running = 0;
  let peak = 0;
  let settled = () => {};
  const context: InvocationContext = {
    awsRequestId: 'request',
    functionVersion: version,
    getRemainingTimeInMillis: () => remainingMs,
  };

  const handler = recursive(work, {
    config: {
      functionName: 'fn',
      qualifier: 'live',
      maxWork: 2,
      maxLanes: 3,
      slots: 20,
      maxDepth: 8,
      functionVersion: undefined,
      store: undefined,
      allowFile: false,
      ...shape,
    },
    clock: { now: () => Date.now(), random: () => 0, at: () => () => {} },
    ...options,
    invoke: async (call) => {
      call.sent?.();
      const event = JSON.parse(call.payload);
      const { path, items } = event[ENVELOPE_KEY];
      const outcome = fault?.(call, seen.length);
      seen.push({ target: call.target, path, items });
      if (outcome) return outcome;
      const { promise: aborted, resolve } = Promise.withResolvers<CallOutcome>();
      call.signal.addEventListener('abort', () => resolve({ kind: 'aborted' }), { once: true });
      // as on Lambda, a child whose call is aborted runs on
      return Promise.race([aborted, answer(event)]);
    },
  });

  const answer = async (event: unknown): Promise<CallOutcome> => {
    try {
      return { kind: 'replied', payload: JSON.stringify(await run(event)) };
    } catch (error) {
      return { kind: 'failed', error: toWireError(error), trace: [] };
    }
  };

  const run = async (event: unknown): Promise<unknown> => {
    running += 1;
    peak = Math.max(peak, running);
    try {
      return await handler(event, context);
    } finally {
      running -= 1;
      if (running === 0) settled();
    }
  };

  return {
    /** As Lambda has it, for an entrance in front of it. */
    handler,
    context,
    /** The reply as a caller gets it, as JSON; typed for assertions. */
    // biome-ignore lint/suspicious/noExplicitAny: what a handler returned, for assertions
    run: async (event: unknown): Promise<any> => JSON.parse(JSON.stringify(await run(event))),
    seen,
    peak: () => peak,
    /** Resolves when no invocation runs, of children whose calls were aborted neither. */
    idle: () =>
      new Promise<void>((resolve) => {
        settled = resolve;
        if (running === 0) resolve();
      }),
  };
};
