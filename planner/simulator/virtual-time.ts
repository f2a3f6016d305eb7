interface Entry {
  readonly atMs: number;
  readonly turn: number;
  readonly run: () => void;
}

/** Time that passes only when there is nothing left to do at the present instant. */
export interface VirtualTime {
  /** Milliseconds since the start. */
  now(): number;
  /**
   * Runs `run` at that instant, or at the present one if it has passed. What is due at the same instant happens in the
   * order of the turns; without one, it takes the next.
   */
  at(atMs: number, run: () => void, turn?: number): void;
  /** Takes the next turn, for something whose instant is not known yet. */
  turn(): number;
  /** Lets time pass until nothing is due any more, it is stopped, or `limit` entries have run; says how many have. */
  run(limit: number): number;
  /** Stops `run` after the present entry. */
  stop(): void;
}

const before = (a: Entry, b: Entry): boolean => a.atMs < b.atMs || (a.atMs === b.atMs && a.turn < b.turn);

/** Makes a virtual time: a binary heap of what is due. */
export const createVirtualTime = (): VirtualTime => {
  const heap: Entry[] = [];
  let nowMs = 0;
  let turns = 0;
  let stopped = false;

  const push = (entry: Entry) => {
    let child = heap.length;
    heap.push(entry);
    while (child > 0) {
      const parent = (child - 1) >> 1;
      const above = heap[parent];
      if (!above || !before(entry, above)) break;
      heap[child] = above;
      child = parent;
    }
    heap[child] = entry;
  };

  const pop = (): Entry | undefined => {
    const [first] = heap;
    const last = heap.pop();
    if (!first || !last || heap.length === 0) return first;
    let parent = 0;
    for (;;) {
      let child = 2 * parent + 1;
      const left = heap[child];
      if (!left) break;
      const right = heap[child + 1];
      const smaller = right && before(right, left) ? right : left;
      if (smaller === right) child += 1;
      if (!before(smaller, last)) break;
      heap[parent] = smaller;
      parent = child;
    }
    heap[parent] = last;
    return first;
  };

  return {
    now: () => nowMs,
    at: (atMs, run, turn = turns++) => push({ atMs: Math.max(nowMs, atMs), turn, run }),
    turn: () => turns++,
    run: (limit) => {
      let done = 0;
      while (done < limit && !stopped) {
        const entry = pop();
        if (!entry) break;
        nowMs = entry.atMs;
        entry.run();
        done += 1;
      }
      return done;
    },
    stop: () => {
      stopped = true;
    },
  };
};
