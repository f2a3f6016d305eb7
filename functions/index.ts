/** The functions of droste: one line each. */
import { classify } from './classify/definition.ts';
import type { FunctionDefinition } from './definition.ts';
import { jobs } from './jobs/definition.ts';
import { orchestrate } from './orchestrate/definition.ts';
import { thumbnail } from './thumbnail/definition.ts';

export type { FunctionDefinition } from './definition.ts';
/** Beside them: batches that take longer than a call. */
/** Whose option the command checks as the function does. */
export { jobs, thumbnail };

/** All of them; the first is the one that a stack's options of concurrency and its dashboard are about. */
export const functions: readonly FunctionDefinition[] = [classify, thumbnail, orchestrate];

/** The names of those that invoke themselves: the ones that others may invoke. */
export const treeNames: readonly string[] = functions
  .filter(({ invokes }) => invokes === 'itself')
  .map(({ name }) => name);

/** A function by its name; undefined where there is none. */
export const functionNamed = (name: string): FunctionDefinition | undefined =>
  functions.find((definition) => definition.name === name);
