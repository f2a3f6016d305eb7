/** The engine's policy under virtual time. */
export { defaultSimulation } from './defaults.ts';
export { fixed } from './distribution.ts';
export { seededRandom } from './random.ts';
export { simulate } from './simulate.ts';
export { policies, type SimulationInput } from './simulation.ts';
