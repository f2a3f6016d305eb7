import type { Range } from '../../engine/policy/index.ts';
import { startInvocation } from './invocation.ts';
import { answerOf, makeItems, marks, type Outcomes, openOutcomes } from './items.ts';
import type { End, Invocation } from './node.ts';
import { detach, occupy } from './occupancy.ts';
import type { Run } from './run.ts';

/** What came of the last root that was called. */
export interface RootEnd {
  readonly how: End;
  /** By item of the batch. */
  readonly outcomes: Outcomes;
  /** Of a stored batch: those that there were before, and those that the tree knows of. */
  readonly parts: readonly Range[];
}

/** How long the caller of a root waits after a 429 before it calls again. */
const CALL_AGAIN_MS = 100;

/**
 * What a root has to do, without holes, as the engine's roots number it: a request leaves out what is invalid, a stored
 * batch what is in a part already.
 */
const todoOf = ({ input, invalid }: Run, known: readonly Range[]): Uint32Array => {
  const all = makeItems(input.items);
  if (input.storedBytes === undefined) return all.filter((item) => !invalid[item]);
  const isKnown = new Uint8Array(input.items);
  for (const { start, end } of known) isKnown.fill(1, start, end);
  return all.filter((item) => !isKnown[item]);
};

/** The outcomes of a root, put back where its items are in the batch. What it did not have to do is answered as well. */
const byItem = (run: Run, root: Invocation): Outcomes => {
  const outcomes = openOutcomes(run.input.items);
  for (const item of makeItems(run.input.items)) {
    outcomes.marks[item] = run.invalid[item] ? marks.failed : marks.answered;
    outcomes.answers[item] = run.invalid[item] ? 0 : answerOf(item);
  }
  const isTodo = new Uint8Array(run.input.items);
  root.items.forEach((item, at) => {
    isTodo[item] = 1;
    outcomes.marks[item] = root.outcomes.marks[at] ?? marks.open;
    outcomes.answers[item] = root.outcomes.answers[at] ?? 0;
  });
  isTodo.forEach((todo, item) => {
    if (!todo) run.arrivals[item] = 1;
  });
  return outcomes;
};

/** Calls the root of a batch, and again if it is killed; `onEnd` is told of the last one. */
export const callRoot = (run: Run, onEnd: (end: RootEnd) => void): void => {
  const { input, environments, time } = run;
  let root: Invocation | undefined;
  let killed = false;
  let calls = 0;

  const call = (): void => {
    const known = [...run.store];
    const start = {
      items: todoOf(run, known),
      depth: 0,
      slots: input.shape.slots,
      path: run.nextPath(),
      version: undefined,
      onEnd: (ended: Invocation, how: End) => {
        if (killed) {
          killed = false;
          run.arrivals.fill(0);
          call();
          return;
        }
        const parts = [...known, ...(ended.parts?.finish(false).parts ?? [])];
        onEnd({ how, outcomes: byItem(run, ended), parts });
      },
    };
    if (input.root === 'caller') {
      const atMs = time.now();
      root = startInvocation(run, { ...start, placement: undefined, atMs, attached: true, isSkewed: false });
      return;
    }
    const version = run.aliasVersion();
    const placement =
      calls++ === 0 ? environments.occupyFirst(version) : environments.occupy(version, time.now());
    if (placement) root = occupy(run, startInvocation, { ...start, placement, parent: undefined }).invocation;
    else time.at(time.now() + CALL_AGAIN_MS, call);
  };

  call();
  const { rootKilledAtMs } = input.faults;
  if (rootKilledAtMs === undefined) return;
  time.at(rootKilledAtMs, () => {
    if (!root?.alive) return;
    killed = true;
    for (const child of root.children) detach(run, child);
    root.end('crashed');
  });
};
