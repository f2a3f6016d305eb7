import { ConfigurationError, DrosteError, StoreError } from '../../platform/index.ts';
import { isPassing, type ObjectStore } from '../../platform/storage/index.ts';
import type { Clock } from '../child/ports.ts';
import { PART_AGE_MS, PART_BYTES } from '../limits.ts';
import type { Range } from '../policy/range.ts';
import type { Lines, Part, StoredResults } from './part-key.ts';
import { writePart } from './write-part.ts';

/** Collects results of one invocation and its children, and writes them in parts. */
export interface PartWriter {
  /** Takes the result of an item, by its index in the whole batch. */
  add(index: number, line: string, failed: boolean): void;
  /** Takes what a child has not written itself, and notes the parts it has. */
  takeOver(results: StoredResults): void;
  /** Resolves when there is room for more results. */
  room(): Promise<void>;
  /** The parts there are so far. */
  parts(): readonly Part[];
  /**
   * Ends it: what is left travels on if it is at most `inlineBytes` long, and is written otherwise.
   *
   * @throws what kept a part from being written.
   */
  finish(inlineBytes: number): Promise<StoredResults>;
}

export interface PartWriterInput {
  readonly store: ObjectStore;
  readonly batch: string;
  readonly clock: Clock;
  /** Run before every part. @throws when the results may not be written. */
  readonly mayWrite: () => Promise<void>;
  /** Told once that a part could not be written. */
  readonly onFailed: (error: unknown) => void;
}

/** Results held at most, being written or not. */
const HELD_BYTES = 4 * PART_BYTES;

interface Held {
  readonly line: string;
  readonly failed: boolean;
  readonly sinceMs: number;
}

interface Run extends Range {
  readonly bytes: number;
  readonly sinceMs: number;
}

/** What would be refused again is a matter of configuration. */
const cannotWrite = (store: ObjectStore, cause: unknown): DrosteError =>
  new (isPassing(cause) ? StoreError : ConfigurationError)(
    `STORE: expected to write a part to ${store.location}, received ${cause}`,
    { cause },
  );

/** Opens the writer of one invocation. */
export const createPartWriter = (input: PartWriterInput): PartWriter => {
  const { store, batch, clock } = input;
  const parts: Part[] = [];
  const held = new Map<number, Held>();
  const writing = new Set<Promise<void>>();
  let heldBytes = 0;
  let writingBytes = 0;
  let lookAtBytes = PART_BYTES;
  let lookAtMs = Number.POSITIVE_INFINITY;
  let failure: { readonly error: unknown } | undefined;

  const hold = (index: number, one: Held) => {
    heldBytes += one.line.length + 1 - ((held.get(index)?.line.length ?? -1) + 1);
    held.set(index, one);
    lookAtMs = Math.min(lookAtMs, one.sinceMs + PART_AGE_MS);
  };

  const runs = (): readonly Run[] => {
    const found: Run[] = [];
    for (const index of [...held.keys()].sort((a, b) => a - b)) {
      const { line, sinceMs } = held.get(index) as Held;
      const last = found.at(-1);
      const bytes = line.length + 1;
      if (last?.end !== index) found.push({ start: index, end: index + 1, bytes, sinceMs });
      else {
        const oldestMs = Math.min(last.sinceMs, sinceMs);
        found[found.length - 1] = { ...last, end: index + 1, bytes: last.bytes + bytes, sinceMs: oldestMs };
      }
    }
    return found;
  };

  const release = ({ start, end, bytes }: Run): readonly Held[] => {
    const released: Held[] = [];
    for (let index = start; index < end; index++) {
      released.push(held.get(index) as Held);
      held.delete(index);
    }
    heldBytes -= bytes;
    return released;
  };

  const put = async (run: Run, lines: readonly Held[]): Promise<void> => {
    await input.mayWrite();
    const failed = lines.filter((one) => one.failed).length;
    const texts = lines.map(({ line }) => line);
    parts.push((await writePart(store, batch, run.start, texts, failed)).part);
  };

  const write = (run: Run): void => {
    const lines = release(run);
    writingBytes += run.bytes;
    const written = put(run, lines)
      .catch((error) => {
        if (failure) return;
        failure = { error: error instanceof DrosteError ? error : cannotWrite(store, error) };
        input.onFailed(failure.error);
      })
      .finally(() => {
        writingBytes -= run.bytes;
        writing.delete(written);
      });
    writing.add(written);
  };

  const look = () => {
    const nowMs = clock.now();
    if (failure || (heldBytes < lookAtBytes && nowMs < lookAtMs)) return;
    const mustWrite = heldBytes >= HELD_BYTES;
    let oldestMs = Number.POSITIVE_INFINITY;
    for (const run of runs()) {
      if (mustWrite || run.bytes >= PART_BYTES || nowMs - run.sinceMs >= PART_AGE_MS) write(run);
      else oldestMs = Math.min(oldestMs, run.sinceMs);
    }
    // sorting what is held takes time: again only when there is a good deal more of it
    lookAtBytes = heldBytes + PART_BYTES / 4;
    lookAtMs = oldestMs + PART_AGE_MS;
  };

  return {
    add: (index, line, failed) => {
      hold(index, { line, failed, sinceMs: clock.now() });
      look();
    },
    takeOver: (results) => {
      parts.push(...results.parts);
      for (const { start, lines, failed } of results.lines) {
        const isFailed = new Set(failed);
        for (const [at, line] of lines.entries()) {
          hold(start + at, { line, failed: isFailed.has(at), sinceMs: clock.now() });
        }
      }
      look();
    },
    room: async () => {
      while (writing.size > 0 && heldBytes + writingBytes > HELD_BYTES) await Promise.race(writing);
    },
    parts: () => parts,
    finish: async (inlineBytes) => {
      await Promise.all(writing);
      if (!failure && heldBytes > inlineBytes) {
        for (const run of runs()) write(run);
        await Promise.all(writing);
      }
      if (failure) throw failure.error;
      const lines = runs().map((run): Lines => {
        const own = release(run);
        return {
          start: run.start,
          lines: own.map(({ line }) => line),
          failed: own.flatMap(({ failed }, at) => (failed ? [at] : [])),
        };
      });
      return { parts, lines };
    },
  };
};
