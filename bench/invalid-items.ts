import * as z from 'zod';
import { each, type Handler, readRecursionConfig, recursive } from '../engine/index.ts';
import { median } from './statistics.ts';

/** Twice the items may cost this many times as much: where invalid ones make holes in the plan it is four times. */
const TARGET = 2.2;

const ITEMS = 20_000;
const PASSES = 5;

const context = { awsRequestId: 'bench', functionVersion: '1', getRemainingTimeInMillis: () => 900_000 };

/** The engine alone: work that costs nothing, and children that are called in this process, over JSON. */
const handler: Handler<number, number> = recursive(
  each((n: number) => n),
  {
    item: z.number(),
    config: readRecursionConfig({ AWS_LAMBDA_FUNCTION_NAME: 'bench', FUNCTION_ALIAS: 'live' }),
    invoke: async ({ payload, sent }) => {
      sent?.();
      return { kind: 'replied', payload: JSON.stringify(await handler(JSON.parse(payload), context)) };
    },
  },
);

/** CPU-ms of a batch of which every second item is invalid. */
const halfInvalidMs = async (count: number): Promise<number> => {
  const items = Array.from({ length: count }, (_, n) => (n % 2 === 0 ? n : 'none'));
  const before = process.cpuUsage();
  const reply = await handler({ items, options: { onError: 'collect' } }, context);
  const { user, system } = process.cpuUsage(before);
  const { summary } = reply as { readonly summary: { readonly failed: number } };
  if (summary.failed !== count / 2) {
    throw new Error(`Expected ${count / 2} of ${count} items to fail, received ${summary.failed}`);
  }
  return (user + system) / 1_000;
};

/** What a batch costs of which half is invalid, beside one of half as many items, in CPU time. */
export const invalidItems = async (): Promise<void> => {
  await halfInvalidMs(ITEMS);
  const passes: { readonly once: number; readonly twice: number }[] = [];
  for (let pass = 0; pass < PASSES; pass++) {
    passes.push({ once: await halfInvalidMs(ITEMS), twice: await halfInvalidMs(2 * ITEMS) });
  }
  const middle = (of: (pass: (typeof passes)[number]) => number) => median(passes.map(of));
  console.log(
    `half invalid: ${2 * ITEMS} items ${middle(({ twice }) => twice).toFixed(0)} CPU-ms, ${ITEMS} items ` +
      `${middle(({ once }) => once).toFixed(0)}, ratio ${middle(({ once, twice }) => twice / once).toFixed(2)} ` +
      `(target at most ${TARGET}), × ${PASSES}`,
  );
};
