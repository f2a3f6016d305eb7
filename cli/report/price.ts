import { dollarsOf, type Machine } from '../../planner/index.ts';
import { VCPU_MEMORY_MB } from '../../platform/index.ts';

/** What a deploy has where nothing else is asked for. */
const machine: Machine = { memoryMb: VCPU_MEMORY_MB, architecture: 'arm64' };

/** What the cost is reckoned with. */
export const pricedAs = `${machine.memoryMb.toLocaleString('en')} MB ${machine.architecture}, list prices of us-east-1`;

/** US dollars on AWS for so many ms of so many invocations. */
export const priceOf = (billedMs: number, invocations: number): number =>
  dollarsOf(billedMs, invocations, machine);
