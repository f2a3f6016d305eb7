import { defaultSimulation } from './defaults.ts';
import { flags } from './flags.ts';
import type { SimulationInput } from './simulation.ts';

/** The options of one run, by name, as `flags` reads them. */
export const readInput = (
  given: Readonly<Record<string, string>>,
  base: SimulationInput = defaultSimulation,
): SimulationInput =>
  flags.reduce((input, flag) => {
    const text = given[flag.name];
    return text === undefined ? input : flag.put(input, text);
  }, base);

/** The one command that replays a run; options that are the default are left out. */
export const replayCommand = (input: SimulationInput): string => {
  const options = flags.flatMap((flag) => {
    const text = flag.show(input);
    return text === undefined || text === flag.show(defaultSimulation) ? [] : [`--${flag.name}=${text}`];
  });
  return ['node', 'planner/simulator/main.ts', ...options].join(' ');
};
