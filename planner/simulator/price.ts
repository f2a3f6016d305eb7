/** List prices of Lambda in us-east-1, in US dollars, first tier, without the free tier. Source: AWS Lambda pricing. */
export const prices = Object.freeze({
  /** Per GB-second, by architecture. */
  gbSecond: Object.freeze({ arm64: 0.0000133334, x86_64: 0.0000166667 }),
  /** Per request that ran; one refused with 429 costs nothing. */
  request: 0.2 / 1_000_000,
});

/** What the function runs on. */
export type Architecture = keyof typeof prices.gbSecond;

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
