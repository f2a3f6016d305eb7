import { readOptions } from '../engine/index.ts';
import type { FunctionDefinition } from './definition.ts';

/**
 * Checks options as the function itself does, before a batch is sent with them.
 *
 * @throws InvalidRequestError naming the option, what was expected and what was received
 */
export const checkOptions = (definition: FunctionDefinition, given: unknown): void => {
  const read = readOptions(given, definition);
  definition.checkOptions?.(read);
};
