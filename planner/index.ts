/** What a batch will take, and what it costs. Its options alone are in `plan-options.ts`, for help and completion. */
export { planReport } from './plan-report.ts';
export { dollarsOf, type Machine } from './simulator/price.ts';
