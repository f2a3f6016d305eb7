import { formatDistribution, parseDistribution } from './distribution.ts';
import type { Faults } from './faults.ts';
import { readNumber, readWhole } from './flag-values.ts';
import type { SimulationInput } from './simulation.ts';
import type { Times } from './world.ts';

/** One option of the command, both ways: an input as its text, and a text put into an input. */
export interface Flag {
  readonly name: string;
  readonly value: string;
  readonly help: string;
  /** Undefined where the input has nothing to say. */
  show(input: SimulationInput): string | undefined;
  /** @throws InvalidRequestError for a text that is not what is expected */
  put(input: SimulationInput, text: string): SimulationInput;
}

/** A bound of the tree: a whole number. */
export const shape = (
  name: string,
  key: keyof SimulationInput['shape'],
  help: string,
  [least, most]: readonly [number, number?],
): Flag => ({
  name,
  value: 'n',
  help,
  show: (input) => String(input.shape[key]),
  put: (input, text) => ({ ...input, shape: { ...input.shape, [key]: readWhole(name, text, least, most) } }),
});

/** A time, as a distribution. */
export const time = (name: string, key: keyof Times, help: string): Flag => ({
  name,
  value: 'ms',
  help,
  show: (input) => formatDistribution(input.times[key]),
  put: (input, text) => ({ ...input, times: { ...input.times, [key]: parseDistribution(text) } }),
});

type Chance = 'throttle' | 'lost' | 'cut' | 'swapped' | 'duplicated' | 'crash' | 'invalid';

/** A probability of a fault. */
export const fault = (name: Chance, help: string): Flag => ({
  name,
  value: 'p',
  help,
  show: (input) => String(input.faults[name]),
  put: (input, text) => ({ ...input, faults: { ...input.faults, [name]: readNumber(name, text, 0, 1) } }),
});

/** An instant of virtual time at which something happens once. */
export const moment = (name: string, key: 'aliasMovesAtMs' | 'rootKilledAtMs', help: string): Flag => ({
  name,
  value: 'ms',
  help,
  show: ({ faults }) => (faults[key] === undefined ? undefined : String(faults[key])),
  put: (input, text) => ({ ...input, faults: { ...input.faults, [key]: readNumber(name, text, 0) } }),
});

/** How an environment works. */
export const own = (
  name: string,
  key: keyof SimulationInput['own'],
  help: string,
  read: (text: string) => number,
): Flag => ({
  name,
  value: key === 'cpuShare' ? 'share' : 'n',
  help,
  show: (input) => String(input.own[key]),
  put: (input, text) => ({ ...input, own: { ...input.own, [key]: read(text) } }),
});

/** A share of stragglers, or how slow they are. */
export const straggling = (name: string, key: keyof Faults['straggling'], help: string): Flag => ({
  name,
  value: key === 'factor' ? 'k' : 'share',
  help,
  show: (input) => String(input.faults.straggling[key]),
  put: (input, text) => {
    const value = key === 'factor' ? readNumber(name, text, 1) : readNumber(name, text, 0, 1);
    return {
      ...input,
      faults: { ...input.faults, straggling: { ...input.faults.straggling, [key]: value } },
    };
  },
});
