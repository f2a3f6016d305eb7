import { inOrder } from '../../platform/index.ts';
import type { ReplyStream } from '../handler.ts';

/** Text handed over at once: what is written later stays what it is until then, and is held anyway. */
const WRITE_CHARACTERS = 64 * 1024;

/** The lines of a streamed reply. */
export interface Lines<Entry> {
  /** What is told of the item at a place, counted from 0; its line follows those of all before it. */
  add(place: number, entry: Entry): void;
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
export const createLines = <Entry extends object | null>(
  reply: ReplyStream,
  lineOf: (place: number, entry: Entry) => string,
): Lines<Entry> => {
  const ready: (Entry | undefined)[] = [];
  let next = 0;
  let writing: Promise<void> | undefined;
  let failure: { readonly error: unknown } | undefined;

  const takeText = (): string => {
    let text = '';
    for (; next < ready.length && text.length < WRITE_CHARACTERS; next++) {
      const entry = ready[next];
      if (entry !== undefined) text += `${lineOf(next, entry)}\n`;
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
  const order = inOrder<Entry>((_, entry) => {
    ready.push(entry);
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
