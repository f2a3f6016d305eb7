import { marks } from './items.ts';
import { replayCommand } from './replay.ts';
import type { SimulationInput, SimulationResult } from './simulation.ts';

const whole = (value: number): string => Math.round(value).toLocaleString('en');
const seconds = (ms: number): string => `${(ms / 1000).toFixed(2)} s`;
const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;

const countOf = (places: Uint8Array, mark: number): number =>
  places.reduce((sum, found) => sum + (found === mark ? 1 : 0), 0);

/** A single item is named as the failure when it has taken along this many children (`core/policy.ts`). */
const SOLO_CRASHES_TO_FAIL = 2;

/** Failed items that neither are poisoned nor killed their children when alone. */
const countInnocent = ({ faults }: SimulationInput, { outcomes, soloCrashes }: SimulationResult): number => {
  const poison = new Set(faults.poison);
  return outcomes.marks.reduce((sum, mark, item) => {
    const killed = poison.has(item) || (soloCrashes[item] ?? 0) >= SOLO_CRASHES_TO_FAIL;
    return sum + (mark === marks.failed && !killed ? 1 : 0);
  }, 0);
};

const endingLine = ({ ending, deadlock }: SimulationResult): string => {
  switch (ending) {
    case 'finished':
      return 'finished';
    case 'root-crashed':
      return 'the root crashed on an item of its own share';
    case 'deadlocked':
      return deadlock
        ? `deadlocked since ${seconds(deadlock.sinceMs)}: ${deadlock.waiting} of ${deadlock.concurrencyLimit} ` +
            `slots are held by invocations that wait for a child, ${whole(deadlock.refusals)} calls refused since, ` +
            `${whole(deadlock.untouched)} items untouched`
        : 'deadlocked';
    case 'stalled':
      return 'stalled: nothing was due any more, and there was no answer';
    case 'out-of-patience':
      return 'still going when patience ran out';
    default:
      return ending satisfies never;
  }
};

/** The figures of a run as one JSON-able object; places and times without a value are left out. */
export const summarise = (input: SimulationInput, result: SimulationResult) => {
  const { outcomes, arrivals: _, worked: __, soloCrashes: ___, ...figures } = result;
  return {
    ...figures,
    items: input.items,
    answered: countOf(outcomes.marks, marks.answered),
    failed: countOf(outcomes.marks, marks.failed),
    failedInnocently: countInnocent(input, result),
    makespanOverBound: result.makespanMs / result.lowerBoundMs,
    usefulShare: result.usefulMs / result.billedMs,
    replay: replayCommand(input),
  };
};

/** The figures of a run as text, one per line. */
export const renderReport = (input: SimulationInput, result: SimulationResult): string => {
  const all = summarise(input, result);
  const rows: readonly (readonly [string, string])[] = [
    ['ending', endingLine(result)],
    [
      'items',
      `${whole(all.items)}: ${whole(all.answered)} answered, ${whole(all.failed)} failed, ${whole(all.failedInnocently)} of them without having killed anybody`,
    ],
    [
      'makespan',
      Number.isNaN(result.makespanMs)
        ? `none (lower bound ${seconds(result.lowerBoundMs)})`
        : `${seconds(result.makespanMs)}, ${all.makespanOverBound.toFixed(3)} × the lower bound of ${seconds(result.lowerBoundMs)}`,
    ],
    [
      'peak',
      `${whole(result.peak)} of ${whole(input.shape.slots)} slots; ${whole(result.peakEnvironments)} environments busy, ` +
        `${whole(input.world.concurrencyLimit)} allowed`,
    ],
    [
      'invocations',
      `${whole(result.invocations)}, ${whole(result.coldStarts)} cold, depth ${result.depth}; ${whole(result.orphans)} orphans`,
    ],
    [
      'trouble',
      `${whole(result.throttled)} throttled, ${whole(result.lostReplies)} replies lost, ${whole(result.crashes)} crashes, ` +
        `${whole(result.skewed)} of another version`,
    ],
    [
      'billed',
      `${result.gbSeconds.toFixed(1)} GB-seconds, ${percent(all.usefulShare)} of it useful, $${result.dollars.toFixed(4)} ` +
        `at list price (${input.machine.memoryMb} MB, ${input.machine.architecture})`,
    ],
    ['replay', all.replay],
  ];
  return rows.map(([name, text]) => `${name.padEnd(12)}${text}`).join('\n');
};
