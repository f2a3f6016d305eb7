import { inOrder } from '../../platform/index.ts';
import type { ReplyStream } from '../handler.ts';
import type { Outcome } from '../policy/outcome.ts';

/** Text handed over at once: what is written later stays what it is until then, and is held anyway. */
const WRITE_CHARACTERS = 64 * 1024;

/** The lines of a streamed reply. */
export interface Lines {
  /** The outcome of the item at a place, counted from 0; its line follows those of all before it. */
  add(place: number, outcome: Outcome<unknown>): void;
  /** Whether a line was begun. */
  readonly begun: boolean;
  /** Resolves when every line that has its turn is written; what the stream failed with. */
  written(): Promise<void>;
}

/**
 * Writes outcomes as lines, in their order, each as soon as it and all before it are there. No more than one piece of
 * text waits for a slow reader; outcomes wait as they are.
 *
 * @param lineOf without its end
 */
export const createLines = (
  reply: ReplyStream,
  lineOf: (place: number, outcome: Outcome<unknown>) => string,
): Lines => {
  const ready: (Outcome<unknown> | undefined)[] = [];
  let next = 0;
  let writing: Promise<void> | undefined;
  let failure: { readonly error: unknown } | undefined;

  const takeText = (): string => {
    let text = '';
    for (; next < ready.length && text.length < WRITE_CHARACTERS; next++) {
      const outcome = ready[next];
      if (outcome) text += `${lineOf(next, outcome)}\n`;
      ready[next] = undefined;
    }
    return text;
  };
  const write = async (): Promise<void> => {
    try {
      while (next < ready.length) await reply.write(takeText());
    } catch (error) {
      failure ??= { error };
    }
    writing = undefined;
  };
  const order = inOrder<Outcome<unknown>>((_, outcome) => {
    ready.push(outcome);
    if (!failure) writing ??= write();
  });
  return {
    add: order.add,
    get begun() {
      return ready.length > 0;
    },
    written: async () => {
      while (writing && !failure) await writing;
      if (failure) throw failure.error;
    },
  };
};
