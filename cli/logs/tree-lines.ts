import * as z from 'zod';
import { parseJson } from '../../platform/index.ts';
import { formatCount } from '../output/amounts.ts';
import { onOneLine } from '../output/text.ts';

/** What an invocation says of itself in its log (see `createPowertoolsReport`). */
const line = z.object({
  message: z.enum(['invocation', 'invocation stopped']),
  rootRequestId: z.string(),
  requestId: z.string().optional(),
  path: z.string().regex(/^\d{1,9}(\.\d{1,9}){0,20}$/),
  items: z.number(),
  failed: z.number(),
  errors: z.record(z.string(), z.number()).default({}),
  elapsedMs: z.number(),
  cold: z.boolean(),
  throttled: z.number().default(0),
  takenOver: z.number().default(0),
  stopped: z.string().optional(),
});

/** One invocation of a tree, as its log has it. */
export type LoggedInvocation = z.output<typeof line>;

/** Reads a log line; undefined for what is none of an invocation's own. */
export const readInvocation = (text: string): LoggedInvocation | undefined =>
  line.safeParse(parseJson(text)).data;

const byPath = (a: LoggedInvocation, b: LoggedInvocation): number => {
  const [one, other] = [a.path, b.path].map((path) => path.split('.').map(Number)) as [number[], number[]];
  const at = one.findIndex((step, index) => step !== other[index]);
  return at < 0 ? one.length - other.length : (one[at] ?? 0) - (other[at] ?? -1);
};

const describe = (invocation: LoggedInvocation): string => {
  const { items, failed, errors, elapsedMs, cold, throttled, takenOver, stopped, requestId } = invocation;
  const names = Object.entries(errors).map(([name, count]) => `${onOneLine(name)} ${count}`);
  return [
    formatCount(items, 'item'),
    `${(elapsedMs / 1_000).toFixed(1)} s`,
    ...(cold ? ['cold'] : []),
    ...(failed > 0 ? [`${failed} failed${names.length > 0 ? ` (${names.join(', ')})` : ''}`] : []),
    ...(throttled > 0 ? [`${throttled} throttled`] : []),
    ...(takenOver > 0 ? [`${takenOver} taken over`] : []),
    ...(stopped === undefined ? [] : [`stopped by ${onOneLine(stopped)}`]),
    ...(requestId === undefined ? [] : [onOneLine(requestId)]),
  ].join(', ');
};

/** The invocations of a tree, parents before their children, each below its parent: `  0.3  8 items, 1.2 s, cold, …`. */
export const treeLines = (invocations: readonly LoggedInvocation[]): readonly string[] =>
  invocations
    .toSorted(byPath)
    .map((one) => `${'  '.repeat(one.path.split('.').length - 1)}${one.path}  ${describe(one)}`);
