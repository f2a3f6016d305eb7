import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { each, recursive } from '../../../engine/index.ts';

const item = z.object({
  n: z.number(),
  /** How long it takes, in ms. */
  ms: z.number().optional(),
  /** A file: whoever makes it ends without a word. */
  kill: z.string().optional(),
  /** A file: as long as it is not there, it fails. */
  fail: z.string().optional(),
});

/** Whether this is the first one that is here. */
const isFirst = async (file: string | undefined): Promise<boolean> =>
  file !== undefined &&
  writeFile(file, '', { flag: 'wx' }).then(
    () => true,
    () => false,
  );

/** Items that take their time, one after another. */
export const handler = recursive(
  each(
    async ({ n, ms = 0, kill, fail }: z.infer<typeof item>, { signal }) => {
      if (await isFirst(kill)) process.kill(process.pid, 'SIGKILL');
      if (fail !== undefined && !existsSync(fail)) throw new RangeError(`not ${n}`);
      await sleep(ms, undefined, { signal });
      return n * 3;
    },
    { concurrency: 1 },
  ),
  { item, label: ({ n }) => n },
);
