import type { Run, RunInvocation, RunItem } from '../../../view/run.ts';

/** An invocation that went well, but for what is said otherwise. */
export const invocation = (path: string, given: Partial<RunInvocation> = {}): RunInvocation => ({
  path,
  attempt: 0,
  environment: 'a',
  cold: false,
  span: [0, 100],
  ownWork: [],
  items: 8,
  outcome: 'answered',
  ...given,
});

/** A picture with one tag. */
export const item = (
  name: string,
  tag: string,
  confidence: number,
  given: Partial<RunItem> = {},
): RunItem => ({
  name,
  answers: [{ model: 'm', tags: [{ class: tag, confidence }] }],
  ...given,
});

/** A run of these. */
export const run = (invocations: readonly RunInvocation[], items: readonly RunItem[] = []): Run => ({
  title: 'droste classify',
  startedMs: 1_700_000_000_000,
  elapsedMs: 1000,
  roots: ['root-1'],
  facts: [['model', 'squeezenet1.1']],
  counts: { invocations: invocations.length, depth: 1, throttled: 0, retried: 0 },
  invocations,
  items,
  previewCap: 1000,
});
