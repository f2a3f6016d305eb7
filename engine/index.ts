/** The engine: what a function needs to become recursive. */

export { type EachOptions, each, type ItemContext } from './each.ts';
export type { Handler, InvocationContext, InvocationReport } from './handler.ts';
export type { Outcome, Receipt } from './policy/outcome.ts';
export { type RecursiveOptions, recursive } from './recursive.ts';
export type { Work, WorkContext } from './work.ts';
