/** Passes values on in the order of their indexes, however they come. */
export interface InOrder<T> {
  /** Takes the value of an index, and passes on what is complete up to there. */
  add(index: number, value: T): void;
  /** Passes on what is left; indexes that never came are skipped. */
  flush(): void;
}

/** @param emit called with each value, in order, as soon as all before it are there */
export const inOrder = <T>(emit: (index: number, value: T) => void): InOrder<T> => {
  const waiting = new Map<number, T>();
  let next = 0;
  return {
    add: (index, value) => {
      waiting.set(index, value);
      for (let ready = waiting.get(next); ready !== undefined; ready = waiting.get(next)) {
        waiting.delete(next);
        emit(next++, ready);
      }
    },
    flush: () => {
      for (const [index, value] of [...waiting].sort(([a], [b]) => a - b)) emit(index, value);
      waiting.clear();
    },
  };
};
