import { each } from '../../../engine/index.ts';
import { createPowertoolsReport } from '../../../engine/report/powertools.ts';
import { memoryTree } from '../support/memory-tree.ts';

/** Whatever of an item, its result or its error reaches a log has this in it. */
const SECRET = 'only-for-whoever-asked';

/** Runs two trees in this process, one that answers and one that is stopped, with Powertools to tell of them. */
const { run } = memoryTree(
  each((item: string) => {
    if (item.startsWith('broken')) throw new RangeError(`cannot: ${item}`);
    return `result of ${item}`;
  }),
  { report: createPowertoolsReport('told', 'mine') },
);

const items = Array.from({ length: 20 }, (_, n) => `${n === 13 ? 'broken' : 'fine'} ${SECRET} ${n}`);
await run({ items, options: { onError: 'collect' } });
await run([`broken ${SECRET}`]).catch(() => {});
