import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { cover } from '../../../engine/policy/cover.ts';
import { answerOf, marks } from '../../../planner/simulator/items.ts';
import { readInput, replayCommand } from '../../../planner/simulator/replay.ts';
import { simulate } from '../../../planner/simulator/simulate.ts';
import type { SimulationInput, SimulationResult } from '../../../planner/simulator/simulation.ts';
import { foundTrees } from './found-trees.ts';
import { crashes, crowded, optionsOf, rootKills, trees, wireFaults } from './random-trees.ts';
import { shrinkAtMost } from './shrink-at-most.ts';

/** Times a single item takes its child along before it is named as the failure. */
const SOLO_CRASHES_TO_FAIL = 2;

/** What holds for every tree, whatever goes wrong: it ends, and each item is answered once, with its own answer. */
const assertLaws = (input: SimulationInput, result: SimulationResult): void => {
  const { outcomes, arrivals, fuses, invalid } = result;
  const { maxLanes } = input.shape;
  const diedAlone = result.soloCrashes.reduce((sum, times) => sum + (times > 0 ? 1 : 0), 0);
  const poison = new Set(input.faults.poison);
  assert.equal(result.ending, 'finished');
  assert.equal(outcomes.marks.length, input.items);
  for (let item = 0; item < input.items; item++) {
    const mark = outcomes.marks[item];
    assert.notEqual(mark, marks.open, `item ${item} has no answer`);
    assert.equal(arrivals[item], 1, `item ${item} was answered ${arrivals[item]} times`);
    if (mark === marks.answered) assert.equal(outcomes.answers[item], answerOf(item), `answer of ${item}`);
    const soloCrashes = result.soloCrashes[item] ?? 0;
    const deadly = poison.has(item) || soloCrashes >= SOLO_CRASHES_TO_FAIL;
    // only a function of which no child has ever answered, three single items included (with P of 1 or 2: P), fails what
    // killed nobody; where children had fewer than three items, each has failed alone
    const isFused = fuses > 0 && (diedAlone >= Math.min(3, maxLanes) || soloCrashes > 0);
    if (invalid[item]) assert.equal(mark, marks.failed, `item ${item} is invalid and was answered`);
    else assert.ok(deadly || isFused || mark === marks.answered, `item ${item} failed and had killed nobody`);
    const isDeadly = poison.has(item) && !invalid[item];
    assert.ok(!isDeadly || mark === marks.failed, `item ${item} is poisoned and was answered`);
  }
  if (input.storedBytes !== undefined) assertIndex(input, result);
  assert.ok(result.peak <= input.shape.slots, `${result.peak} of ${input.shape.slots} slots`);
  assert.ok(result.peakEnvironments <= input.world.concurrencyLimit, 'more environments than the limit');
  assert.ok(result.depth <= input.shape.maxDepth, `depth ${result.depth}`);
  assert.equal(result.notShrinking, 0, 'a chunk was not smaller than its parent’s batch');
};

/** Overlapping parts or not: the index has every item that has an outcome of its own, each once. */
const assertIndex = ({ items }: SimulationInput, { parts, fuses, outcomes }: SimulationResult): void => {
  const lines = new Uint8Array(items);
  for (const { start, end } of cover(parts)) {
    for (let item = start; item < end; item++) lines[item] = (lines[item] ?? 0) + 1;
  }
  lines.forEach((times, item) => {
    const isFunctionsFault = fuses > 0 && outcomes.marks[item] === marks.failed;
    assert.ok(
      times === 1 || (times === 0 && isFunctionsFault),
      `item ${item} is in the index ${times} times`,
    );
  });
};

const check = (input: SimulationInput, more: (result: SimulationResult) => void = () => {}): void => {
  try {
    const result = simulate(input);
    assertLaws(input, result);
    more(result);
  } catch (error) {
    throw new Error(`${(error as Error).message}\nreplay: ${replayCommand(input)}`, { cause: error });
  }
};

/** Times the usual number of random trees, for a long look once in a while: 90 make a million of them. */
const TREES_FACTOR = Number(process.env.TREES_FACTOR ?? 1);

const holds = (law: fc.IProperty<unknown>, trees: number): void =>
  fc.assert(law, { numRuns: trees * TREES_FACTOR, plugins: [shrinkAtMost(10_000)] });

test('what has broken a law once holds it now', () => {
  for (const command of foundTrees) check(readInput(optionsOf(command)));
});

test('without faults every item is worked on exactly once, and nothing is refused that had room', () => {
  holds(
    fc.property(trees, (input) =>
      check(input, (result) => {
        const isLeftOut = (item: number) => result.invalid[item] === 1 && input.storedBytes === undefined;
        assert.ok(result.worked.every((times, item) => times === (isLeftOut(item) ? 0 : 1)));
        assert.equal(result.orphans, 0);
        if (input.shape.slots <= input.world.concurrencyLimit) assert.equal(result.throttled, 0);
      }),
    ),
    1_500,
  );
});

test('whatever is throttled, lost, cut, swapped, doubled, slow or of another version, every item is answered', () => {
  const faulty = trees
    .chain(crowded)
    .chain((input) =>
      wireFaults.map((faults): SimulationInput => ({ ...input, faults: { ...input.faults, ...faults } })),
    );
  holds(
    fc.property(faulty, (input) => check(input)),
    1_500,
  );
});

test('whoever dies, under throttles, stragglers and other callers, every item is answered but those that kill', () => {
  const deadly = trees.chain(crowded).chain((input) =>
    fc.tuple(wireFaults, crashes).map(([{ throttle, duplicated, straggling }, crash]): SimulationInput => {
      const faults = { ...input.faults, throttle, duplicated, straggling, crash };
      return { ...input, faults };
    }),
  );
  holds(
    fc.property(deadly, (input) => check(input)),
    1_500,
  );
});

test('with all faults together every tree ends, each item answered once and with its own answer', () => {
  const faulty = trees.chain(crowded).chain((input) =>
    fc.tuple(wireFaults, crashes, rootKills).map(
      ([faults, crash, kill]): SimulationInput => ({
        ...input,
        faults: { ...input.faults, ...faults, ...kill, crash },
      }),
    ),
  );
  holds(
    fc.property(faulty, (input) => check(input)),
    4_000,
  );
});

test('a caller that only calls gets every item answered too, if calls get through in the end', () => {
  holds(
    fc.property(trees.chain(crowded), fc.nat({ max: 600 }), (input, aliasMovesAtMs) =>
      check({
        ...input,
        root: 'caller',
        shape: { ...input.shape, maxDepth: Math.max(1, input.shape.maxDepth) },
        faults: { ...input.faults, throttle: 0.2, duplicated: 0.2, aliasMovesAtMs },
      }),
    ),
    1_000,
  );
});

test('a function that always fails ends the batch with that error after at most 2 × P calls, P of 1 included', () => {
  const kinds = fc.constantFrom('crashes' as const, 'fails' as const);
  holds(
    fc.property(trees, kinds, (input, broken) => {
      const { invocations, outcomes, ending } = simulate({
        ...input,
        root: 'caller',
        shape: { ...input.shape, maxDepth: Math.max(1, input.shape.maxDepth) },
        faults: { ...input.faults, broken },
      });
      assert.equal(ending, 'finished');
      assert.ok(outcomes.marks.every((mark) => mark === marks.failed));
      assert.ok(
        invocations <= 2 * input.shape.maxLanes,
        `${invocations} calls, P is ${input.shape.maxLanes}`,
      );
    }),
    1_000,
  );
});

test('items that kill whoever works on them fail, and nothing else does', () => {
  holds(
    fc.property(trees.chain(crowded), fc.uniqueArray(fc.nat({ max: 700 }), { maxLength: 3 }), (input, at) => {
      const items = input.items + input.shape.maxWork + 1;
      check({
        ...input,
        items,
        // the root works on its own share itself: what kills there is beyond what a tree can survive
        root: 'caller',
        shape: { ...input.shape, maxDepth: 3 },
        faults: { ...input.faults, poison: at.filter((index) => index < items) },
      });
    }),
    1_000,
  );
});

test('one seed is one run', () => {
  holds(
    fc.property(trees.chain(crowded), wireFaults, crashes, (input, faults, crash) => {
      const faulty = { ...input, faults: { ...input.faults, ...faults, crash } };
      assert.deepEqual(simulate(faulty), simulate(faulty));
    }),
    100,
  );
});
