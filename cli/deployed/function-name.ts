import { InvalidRequestError } from '../../platform/errors.ts';

/** A function as one names it on the command line. */
export interface NamedFunction {
  /** Name or ARN, without qualifier. */
  readonly functionName: string;
  /** Default `live`, the alias of the stack. */
  readonly qualifier: string;
}

const ARN = /^(arn:aws[\w-]*:lambda:[\w-]+:\d{12}:function:[\w-]+)(?::([\w$-]+))?$/;
const NAME = /^([\w-]{1,64})(?::([\w$-]+))?$/;

/**
 * Reads `name`, `name:qualifier` or an ARN with or without qualifier.
 *
 * @throws InvalidRequestError for anything else.
 */
export const readFunctionName = (text: string): NamedFunction => {
  const [, functionName, qualifier = 'live'] = ARN.exec(text) ?? NAME.exec(text) ?? [];
  if (functionName !== undefined) return { functionName, qualifier };
  throw new InvalidRequestError(
    `--function: expected a name, name:alias or ARN, received ${JSON.stringify(text)}`,
  );
};
