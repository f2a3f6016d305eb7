import { type Architecture, prices } from '../../platform/index.ts';

export type { Architecture };

/** What is bought: memory of each environment, 1,024 MB being one GB, and its architecture. */
export interface Machine {
  readonly memoryMb: number;
  readonly architecture: Architecture;
}

/** Gigabyte-seconds of `billedMs` milliseconds of environments of that much memory. */
export const gbSecondsOf = (billedMs: number, { memoryMb }: Machine): number =>
  (billedMs / 1000) * (memoryMb / 1024);

/** Dollars at list price. Init is part of `billedMs`: it is billed since 1 August 2025 (AWS Compute Blog). */
export const dollarsOf = (billedMs: number, invocations: number, machine: Machine): number =>
  gbSecondsOf(billedMs, machine) * prices.gbSecond[machine.architecture] + invocations * prices.request;
