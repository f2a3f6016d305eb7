/** A function as a caller named it: name, and qualifier when one was given. */
export interface FunctionName {
  readonly name: string;
  readonly qualifier?: string;
}

/**
 * `fn`, `fn:qualifier`, `123456789012:function:fn`, `arn:aws:lambda:us-east-1:123456789012:function:fn`, the last
 * two with a qualifier too. Region and account are accepted whatever they are: there is only one of each here.
 */
const FUNCTION_NAME =
  /^(?:(?:arn:aws[a-z-]{0,16}:lambda:)?(?:[a-z]{2}-[a-z-]{2,24}\d:)?\d{12}:function:)?(?<name>[\w-]{1,64})(?::(?<qualifier>\$LATEST|[\w-]{1,128}))?$/;

/** Takes a `FunctionName` of the Invoke API apart. Undefined for a string that is none of its forms. */
export const parseFunctionName = (text: string): FunctionName | undefined => {
  const { name, qualifier } = FUNCTION_NAME.exec(text)?.groups ?? {};
  if (name === undefined) return undefined;
  return qualifier === undefined ? { name } : { name, qualifier };
};
