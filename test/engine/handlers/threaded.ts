import { threadId } from 'node:worker_threads';
import { each, type ItemContext, recursive } from '../../../engine/index.ts';

/** What an item has the work do; anything else is answered as it is. */
export interface Told {
  readonly fail?: string;
  /** End the thread, as code does that nobody foresaw. */
  readonly exit?: number;
  /** Compute for ever. */
  readonly spin?: boolean;
  /** Wait until the signal is aborted. */
  readonly wait?: boolean;
  /** Compute for so many milliseconds. */
  readonly busyMs?: number;
  readonly date?: boolean;
  readonly big?: boolean;
}

const work = async (
  told: Told,
  { signal, options, note, identify }: ItemContext<object>,
): Promise<unknown> => {
  note('threadId', threadId);
  identify('model', 'sha256:abc');
  if (told.fail !== undefined) throw Object.assign(new Error(told.fail), { name: 'OddError' });
  if (told.exit !== undefined) process.exit(told.exit);
  for (; told.spin; );
  if (told.wait) await new Promise((_, reject) => signal.addEventListener('abort', reject, { once: true }));
  for (const startMs = performance.now(); performance.now() < startMs + (told.busyMs ?? 0); );
  if (told.date) return { when: new Date(0) };
  if (told.big) return 10n;
  return { told, options };
};

const threads = { module: import.meta.url, count: 2 };

/** Handlers of one module: each thread works for the one that started it. */
export const other = recursive(
  each(() => 'the other'),
  { threads },
);
export const handler = recursive(each(work), { threads });
export const impatient = recursive(each(work), { threads: { ...threads, itemTimeoutMs: 300 } });
export const inPlace = recursive(each(work));

/** Its items are what no thread can be sent. */
export const functions = recursive(each(String), {
  item: { '~standard': { version: 1, vendor: 'test', validate: () => ({ value: () => 1 }) } },
  threads,
});

/** The main thread doubles what the threads get. */
export const prepared = recursive(
  each((item: number) => item + 1),
  {
    threads: {
      ...threads,
      ahead: 4,
      prepare: (item) => {
        if (item === 0) throw new RangeError('nothing to double');
        return 2 * item;
      },
    },
  },
);

/** What was handed to a thread, as the main thread sees it. */
export const handedOver: Uint8Array[] = [];

/** The main thread fills bytes, and the threads add them up. */
export const transferred = recursive(
  each((item: number | Uint8Array) =>
    typeof item === 'number' ? item : item.reduce((sum, value) => sum + value, 0),
  ),
  {
    threads: {
      ...threads,
      prepare: (item) => {
        const bytes = new Uint8Array(10).fill(Number(item));
        handedOver.push(bytes);
        return bytes;
      },
      transfer: (item) => (typeof item === 'number' ? [] : [item.buffer as ArrayBuffer]),
    },
  },
);

export const patient = recursive(each(work), {
  threads: { ...threads, abortGraceMs: Number.POSITIVE_INFINITY },
});
