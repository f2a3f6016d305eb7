import { once } from 'node:events';
import { setImmediate as turn } from 'node:timers/promises';
import { isMainThread, Worker } from 'node:worker_threads';
import { createRetirement } from '../../../../functions/retire-environment.ts';

const retirement = createRetirement();

if (!isMainThread) retirement.mark();

/** Fails in native code, here or in a thread, goes on with the rest of its batch, and answers with its process. */
export const handler = retirement.last(async (event: unknown) => {
  if (event === 'nothing') return process.pid;
  if (event === 'in a thread') await once(new Worker(new URL(import.meta.url)), 'exit');
  else retirement.mark();
  const until = performance.now() + 300;
  while (performance.now() < until) await turn();
  return process.pid;
});
