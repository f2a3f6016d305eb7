import { setImmediate as turn } from 'node:timers/promises';
import { createRetirement } from '../../../../functions/classify/retire-environment.ts';

const retirement = createRetirement();

/** Fails in native code on `true`, goes on with the rest of its batch, and answers with its process. */
export const handler = retirement.last(async (event: unknown) => {
  if (event !== true) return process.pid;
  retirement.mark();
  const until = performance.now() + 300;
  while (performance.now() < until) await turn();
  return process.pid;
});
