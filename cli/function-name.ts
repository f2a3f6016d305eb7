import type { LambdaClient } from '@aws-sdk/client-lambda';
import { InvalidRequestError, parseFunctionName, quote } from '../platform/index.ts';

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
  throw new InvalidRequestError(`--function: expected a name, name:alias or ARN, received ${quote(text)}`);
};

/** The environment variables of a deployed function. @throws InvalidRequestError where it cannot be seen */
export const configurationOf = async (
  client: LambdaClient,
  { functionName, qualifier }: NamedFunction,
): Promise<Readonly<Record<string, string>>> => {
  const { GetFunctionConfigurationCommand } = await import('@aws-sdk/client-lambda');
  try {
    const command = new GetFunctionConfigurationCommand({ FunctionName: functionName, Qualifier: qualifier });
    return (await client.send(command)).Environment?.Variables ?? {};
  } catch (cause) {
    const { name, message } = cause as Error;
    throw new InvalidRequestError(
      `--function ${functionName}:${qualifier}: expected a function that can be called from here, received ${name}: ${message}. ` +
        "See the stack's output AliasArn, and check --profile, --region and the permissions lambda:GetFunctionConfiguration and lambda:InvokeFunction.",
      { cause },
    );
  }
};
