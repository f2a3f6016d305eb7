import type { Range } from '../../engine/policy/index.ts';
import { createDeadlockWatch } from './deadlock.ts';
import { createEnvironments } from './environments.ts';
import { drawInvalid, itemTimes, openOutcomes } from './items.ts';
import { openLedger } from './ledger.ts';
import { lowerBoundMs } from './lower-bound.ts';
import { speedOf } from './own-schedule.ts';
import { dollarsOf, gbSecondsOf } from './price.ts';
import { seededRandom } from './random.ts';
import { callRoot } from './root.ts';
import type { Run } from './run.ts';
import type { Deadlock, Ending, SimulationInput, SimulationResult } from './simulation.ts';
import { createVirtualTime } from './virtual-time.ts';

const openRun = (input: SimulationInput): Run => {
  const { items, seed, faults, world, times } = input;
  const time = createVirtualTime();
  const environments = createEnvironments(world, faults.straggling, seed);
  const { aliasMovesAtMs = Number.POSITIVE_INFINITY } = faults;
  const invalid = drawInvalid(items, faults.invalid, seed);
  // nobody works on what cannot be read
  const itemMs = itemTimes(items, times.item, faults.straggling, seed).map((ms, item) =>
    invalid[item] ? 0 : ms,
  );
  let paths = 0;
  return {
    input,
    time,
    environments,
    deadlockWatch: createDeadlockWatch(time, environments),
    ledger: openLedger(),
    poison: new Set(faults.poison),
    itemMs,
    invalid,
    store: [],
    arrivals: new Uint8Array(items),
    worked: new Uint8Array(items),
    soloCrashes: new Uint8Array(items),
    random: seededRandom(seed),
    nextPath: () => paths++,
    aliasVersion: () => (time.now() >= aliasMovesAtMs ? 2 : 1),
    lastReply: undefined,
  };
};

const deadlockOf = (run: Run): Deadlock | undefined => {
  const found = run.deadlockWatch.deadlock();
  if (!found) return undefined;
  const untouched = run.worked.reduce((sum, times) => sum + (times === 0 ? 1 : 0), 0);
  return { ...found, concurrencyLimit: run.input.world.concurrencyLimit, untouched };
};

/**
 * Runs one tree under virtual time with the engine's own plan and policy, unchanged. What it adds is the world:
 * environments up to a limit, cold and warm, other callers, times, faults, and what it all costs.
 */
export const simulate = (input: SimulationInput): SimulationResult => {
  const run = openRun(input);
  const { time, ledger, itemMs, environments } = run;
  const speed = speedOf(input.own);
  let ending: Ending | undefined;
  let outcomes = openOutcomes(input.items);
  let parts: readonly Range[] = [];
  let makespanMs = Number.NaN;
  callRoot(run, (root) => {
    ending = root.how === 'finished' ? 'finished' : 'root-crashed';
    ({ outcomes, parts } = root);
    makespanMs = root.how === 'finished' ? time.now() : Number.NaN;
  });
  const entries = time.run(input.patience);
  const deadlock = deadlockOf(run);
  const { attached: _, busySinceMs, ...counts } = ledger;
  // what still runs when time stops is paid for as well
  const billedMs = counts.billedMs + environments.busy() * time.now() - busySinceMs;
  return {
    ...counts,
    billedMs,
    ending: ending ?? (deadlock ? 'deadlocked' : entries >= input.patience ? 'out-of-patience' : 'stalled'),
    ...(deadlock ? { deadlock } : {}),
    outcomes,
    parts,
    invalid: run.invalid,
    arrivals: run.arrivals,
    worked: run.worked,
    soloCrashes: run.soloCrashes,
    makespanMs,
    lowerBoundMs: lowerBoundMs(itemMs, speed * Math.min(input.shape.slots, input.world.concurrencyLimit)),
    usefulMs: itemMs.reduce((sum, ms, item) => sum + (outcomes.marks[item] === 1 ? ms : 0), 0) / speed,
    gbSeconds: gbSecondsOf(billedMs, input.machine),
    dollars: dollarsOf(billedMs, ledger.invocations, input.machine),
  };
};
