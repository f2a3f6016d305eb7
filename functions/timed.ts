import type { ItemContext } from '../engine/index.ts';

/** Runs a step and notes when it began (`fetchAt`, epoch ms) and how long it took (`fetchMs`). */
export const timed = async <T>(
  note: ItemContext<unknown>['note'],
  name: string,
  run: () => Promise<T>,
): Promise<T> => {
  const startMs = performance.now();
  note(`${name}At`, Date.now());
  try {
    return await run();
  } finally {
    note(`${name}Ms`, Math.round((performance.now() - startMs) * 100) / 100);
  }
};
