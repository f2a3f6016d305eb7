import type { FunctionDefinition } from '../definition.ts';

/** Runs one batch through several functions. */
export const orchestrate = {
  name: 'orchestrate',
  description: 'Runs one batch of pictures through several functions',
  itemKey: undefined,
  options: {},
  invokes: 'others',
  readsImages: false,
  models: undefined,
  outputPrefix: undefined,
} as const satisfies FunctionDefinition;
