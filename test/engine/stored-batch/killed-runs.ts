import assert from 'node:assert/strict';
import { parentPort, workerData } from 'node:worker_threads';
import type { CallOutcome, ChildCall } from '../../../engine/child/ports.ts';
import { each, recursive } from '../../../engine/index.ts';
import { type BatchIndex, listParts, readResults } from '../../../engine/stored-batch/batch-index.ts';
import { seededRandom } from '../../../planner/simulator/random.ts';
import { createMemoryStore } from '../../../platform/storage/memory-store.ts';
import type { ObjectStore } from '../../../platform/storage/object-store.ts';
import { createFakeClock } from '../support/fake-clock.ts';

/** The manifest, with the items `0` to `ITEMS - 1`. */
const { uri: manifest, items: ITEMS, kills: KILLS } = workerData;
/** Simulated. */
const ITEM_MS = 20;
const TIMEOUT_MS = 900_000;

/** One execution environment with one invocation in it, until it is killed. */
interface Life {
  dead: boolean;
  readonly isRoot: boolean;
  kill(): void;
}

const never = new Promise<never>(() => {});

/** A store as whoever may die sees it: after that nothing of it is heard any more, and what was not put never is. */
const seenFrom = (life: Life, store: ObjectStore): ObjectStore => ({
  ...store,
  put: async (key, content) => (life.dead ? never : store.put(key, content)),
  create: async (key, content) => (life.dead ? never : store.create(key, content)),
  list: async (prefix) => (life.dead ? never : store.list(prefix)),
});

const killable = (seed: number) => {
  const random = seededRandom(seed);
  const clock = { ...createFakeClock(), random };
  const store = createMemoryStore();
  const alive = new Set<Life>();
  const counts = { worked: 0, kills: 0, roots: 0 };
  let killAt = 0;

  const killOne = () => {
    // now and then whoever it hits, and otherwise the root, with its children running on
    const lives = [...alive];
    const root = lives.find(({ isRoot }) => isRoot);
    const victim = random() < 0.5 ? root : lives[Math.floor(random() * lives.length)];
    killAt = counts.worked + 1 + Math.floor(random() * 2_600);
    if (!victim || counts.kills === KILLS) return;
    counts.kills += 1;
    if (victim.isRoot) counts.roots += 1;
    victim.kill();
  };

  const start = (event: unknown, isRoot: boolean): Promise<CallOutcome> => {
    const { promise: killed, resolve } = Promise.withResolvers<CallOutcome>();
    const life: Life = {
      dead: false,
      isRoot,
      kill: () => {
        life.dead = true;
        alive.delete(life);
        resolve({ kind: 'crashed', error: { name: 'ChildInvocationError', message: 'killed' } });
      },
    };
    alive.add(life);
    const endsMs = clock.now() + TIMEOUT_MS;
    const handler = recursive(
      each((item: string) => {
        if (life.dead) return never;
        counts.worked += 1;
        clock.advance(ITEM_MS);
        if (counts.worked >= killAt) killOne();
        return life.dead ? never : Number(item) * 3;
      }),
      {
        config: {
          functionName: 'fn',
          qualifier: 'live',
          functionVersion: '7',
          store: undefined,
          allowFile: true,
          maxWork: 500,
          maxLanes: 4,
          slots: 8,
          maxDepth: 3,
        },
        clock,
        openStore: async () => seenFrom(life, store),
        invoke: (call: ChildCall) => {
          if (life.dead) return never;
          const { promise: aborted, resolve: abort } = Promise.withResolvers<CallOutcome>();
          call.signal.addEventListener('abort', () => abort({ kind: 'aborted' }), { once: true });
          return Promise.race([start(JSON.parse(call.payload), false), aborted]);
        },
      },
    );
    const context = {
      awsRequestId: 'request',
      functionVersion: '7',
      getRemainingTimeInMillis: () => endsMs - clock.now(),
    };
    const answered = handler(event, context).then(
      (reply): CallOutcome => ({ kind: 'replied', payload: JSON.stringify(reply) }),
      ({ name, message }): CallOutcome => ({ kind: 'failed', error: { name, message }, trace: [] }),
    );
    return Promise.race([answered, killed]).finally(() => alive.delete(life));
  };

  const run = (batch: string) => start({ manifest, options: { onError: 'collect', resume: batch } }, true);
  return { store, counts, run };
};

const { store, counts, run } = killable(5);
let stored = 0;
let cut = 0;
let batches = 0;
// one batch takes about as many; which moments are hit depends on the disk
for (; counts.kills < KILLS; batches++) {
  const batch = `batch-${batches}`;
  for (let whole = false; !whole; ) {
    const outcome = await run(batch);
    if (outcome.kind === 'crashed') continue;
    assert.equal(outcome.kind, 'replied', JSON.stringify(outcome));
    const { summary } = JSON.parse(outcome.kind === 'replied' ? outcome.payload : '');
    whole = summary.missing === undefined;
    if (whole) assert.deepEqual([summary.succeeded, summary.failed], [ITEMS, 0]);
  }

  const content = await store.get(`batches/${batch}/index.json`);
  const index: BatchIndex = JSON.parse(Buffer.from(content ?? []).toString());
  assert.deepEqual([index.items, index.succeeded, index.missing], [ITEMS, ITEMS, []]);
  let next = 0;
  for await (const line of readResults(store, index)) {
    const { item, results } = JSON.parse(line);
    if (item !== `${next}` || results !== next * 3) assert.fail(`item ${next}: ${line}`);
    next += 1;
  }
  assert.equal(next, ITEMS);
  for (const { start, end } of await listParts(store, batch)) stored += end - start;
  cut += index.parts.filter(({ skip }) => skip).length;
}
assert.ok(stored > batches * ITEMS, 'some of them were stored twice, in parts that overlap');
parentPort?.postMessage(
  `${counts.roots} roots and ${KILLS - counts.roots} children killed over ${batches} batches, ${counts.worked} items ` +
    `worked on, ${stored} lines stored, ${cut} parts cut in the index`,
);
