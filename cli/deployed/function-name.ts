import { InvalidRequestError } from '../../platform/errors.ts';
import { parseFunctionName } from '../../platform/function-name.ts';

/** A function as one names it on the command line. */
export interface NamedFunction {
  /** Name or ARN, without qualifier. */
  readonly functionName: string;
  /** Default `live`, the alias of the stack. */
  readonly qualifier: string;
}

/**
 * Reads `name`, `name:qualifier` or an ARN with or without qualifier.
 *
 * @throws InvalidRequestError for anything else.
 */
export const readFunctionName = (text: string): NamedFunction => {
  const { functionName, qualifier = 'live' } = parseFunctionName(text) ?? {};
  if (functionName !== undefined) return { functionName, qualifier };
  throw new InvalidRequestError(
    `--function: expected a name, name:alias or ARN, received ${JSON.stringify(text)}`,
  );
};
