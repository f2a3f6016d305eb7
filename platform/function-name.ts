/** A Lambda function as a caller names it. */
export interface FunctionName {
  /** 1 to 64 letters, digits, hyphens and underscores. */
  readonly name: string;
  /** As it was written, without the qualifier: the name, or an ARN. */
  readonly functionName: string;
  /** Version or alias, where one was given. */
  readonly qualifier?: string;
}

/**
 * `fn`, `fn:qualifier`, `123456789012:function:fn`, `arn:aws:lambda:us-east-1:123456789012:function:fn`, the last two
 * with a qualifier too (Lambda API reference, Invoke, `FunctionName`).
 */
const FUNCTION_NAME =
  /^(?<functionName>(?:(?:arn:aws[a-z-]{0,16}:lambda:)?(?:[a-z]{2}-[a-z-]{2,24}\d:)?\d{12}:function:)?(?<name>[\w-]{1,64}))(?::(?<qualifier>\$LATEST|[\w-]{1,128}))?$/;

/** Takes a function's name apart. Undefined for a text that is none of its forms. */
export const parseFunctionName = (text: string): FunctionName | undefined => {
  const { name, functionName, qualifier } = FUNCTION_NAME.exec(text)?.groups ?? {};
  if (name === undefined || functionName === undefined) return undefined;
  return { name, functionName, ...(qualifier !== undefined && { qualifier }) };
};
