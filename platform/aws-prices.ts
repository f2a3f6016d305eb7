/** List prices in us-east-1, in US dollars, first tier, without the free tier. Sources: AWS Lambda and Step Functions pricing. */
export const prices = Object.freeze({
  /** Of Lambda, per GB-second, by architecture. */
  gbSecond: Object.freeze({ arm64: 0.0000133334, x86_64: 0.0000166667 }),
  /** Of Lambda, per request that ran; one refused with 429 costs nothing. */
  request: 0.2 / 1_000_000,
  /** Of Step Functions (Standard), per state transition. */
  transition: 25 / 1_000_000,
});

/** What the function runs on. */
export type Architecture = keyof typeof prices.gbSecond;
