import { once } from 'node:events';
import { test } from 'node:test';
import { Worker } from 'node:worker_threads';
import { manifestFile } from '../support/manifest-file.ts';

const ITEMS = 100_000;
const KILLS = 100;

test(`${ITEMS} items, killed ${KILLS} times at random moments and resumed: every item once, nothing missing`, async (t) => {
  const lines = Array.from({ length: ITEMS }, (_, index) => `${index}`).join('\n');
  const { uri } = await manifestFile(t, lines);
  // in a thread of its own, for in this one the test runner follows every promise, which costs more than the work
  const worker = new Worker(new URL('./killed-runs.ts', import.meta.url), {
    workerData: { uri, items: ITEMS, kills: KILLS },
  });
  const exit = once(worker, 'exit').then(([code]) => {
    throw new Error(`Expected the thread to say what it did, it ended with ${code}`);
  });
  const [told] = await Promise.race([once(worker, 'message'), exit]);
  t.diagnostic(told);
});
