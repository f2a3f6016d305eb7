import { InvalidRequestError } from './errors.ts';

/** Deeper than anybody's data, and shallow enough for everything that walks a value by recursion, `JSON.stringify` first. */
const MAX_NESTING = 500;

/** Whether a value out of JSON has arrays and objects in each other deeper than that. Walked without recursion. */
export const isTooDeep = (value: unknown): boolean => {
  let level: unknown[] = [value];
  for (let depth = 0; depth <= MAX_NESTING; depth++) {
    const next: unknown[] = [];
    for (const each of level) {
      if (typeof each !== 'object' || each === null) continue;
      for (const inner of Array.isArray(each) ? each : Object.values(each)) {
        if (typeof inner === 'object' && inner !== null) next.push(inner);
      }
    }
    if (next.length === 0) return false;
    level = next;
  }
  return true;
};

/** @throws InvalidRequestError for a request that is nested deeper than anything of it could be answered. */
export const checkNesting = (request: unknown): void => {
  if (!isTooDeep(request)) return;
  throw new InvalidRequestError(
    `Expected arrays and objects at most ${MAX_NESTING} deep in each other, received a request with deeper ones`,
  );
};
