import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import pMap from 'p-map';
import { droste } from '../client/index.ts';
import { startLocalHost } from '../local/index.ts';
import { median } from './statistics.ts';

const ITEMS = 10_000;
const PASSES = 5;
/** The default, and what suits items that cost nothing. */
const WORK_PER_REQUEST = [8, 500];

const empty = fileURLToPath(new URL('./functions/empty.ts', import.meta.url));

/** What it costs an item to travel: map over trivial items on the local host, against p-map in one process. */
export const mapOverhead = async (): Promise<void> => {
  const cores = availableParallelism();
  const items = Array.from({ length: ITEMS }, (_, n) => n);
  const host = await startLocalHost({
    concurrency: cores,
    functions: WORK_PER_REQUEST.map((maxWork) => ({
      name: `empty-${maxWork}`,
      module: empty,
      environment: { FUNCTION_ALIAS: 'live', MAX_WORK_PER_REQUEST: `${maxWork}` },
    })),
  });
  const microsecondsPerItem = async (run: () => Promise<readonly unknown[]>): Promise<number> => {
    const startMs = performance.now();
    const results = await run();
    if (results.length !== ITEMS) throw new Error(`Expected ${ITEMS} results, received ${results.length}`);
    return ((performance.now() - startMs) * 1000) / ITEMS;
  };
  const peer = () => pMap(items, (item) => Promise.resolve(item), { concurrency: 8 });
  try {
    for (const maxWork of WORK_PER_REQUEST) {
      const { map } = droste<number, number>({
        functionName: `empty-${maxWork}`,
        shape: { maxWork, slots: cores },
        connection: host.connection,
      });
      await map(items).all();
      const ours: number[] = [];
      const theirs: number[] = [];
      for (let pass = 0; pass < PASSES; pass++) {
        ours.push(await microsecondsPerItem(() => map(items).all()));
        theirs.push(await microsecondsPerItem(peer));
      }
      console.log(
        `map over ${ITEMS} trivial items, W = ${maxWork}: droste ${median(ours).toFixed(0)} µs per item ` +
          `on a local host of ${cores} environments, p-map in one process ${median(theirs).toFixed(1)} µs: ` +
          `an item's way costs ${(median(ours) - median(theirs)).toFixed(0)} µs`,
      );
    }
  } finally {
    await host.close();
  }
};
