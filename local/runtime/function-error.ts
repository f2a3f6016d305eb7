/** A function error as the Node.js runtime puts it on the wire: these three fields, whatever else the error had. */
export interface FunctionError {
  readonly errorType: string;
  readonly errorMessage: string;
  readonly trace?: readonly string[];
}

/**
 * What the Node.js runtime makes of anything thrown: name, message and stack of an `Error`, type and text of
 * anything else. `cause`, `code` and custom fields are lost.
 */
export const toFunctionError = (thrown: unknown): FunctionError =>
  thrown instanceof Error
    ? { errorType: thrown.name, errorMessage: thrown.message, trace: thrown.stack?.split('\n') ?? [] }
    : { errorType: typeof thrown, errorMessage: String(thrown), trace: [] };

/** An error of the runtime's own, by its name on the wire. */
export const runtimeError = (name: string, message: string, cause?: Error): Error => {
  const error = new Error(message, cause && { cause });
  error.name = name;
  if (cause?.stack !== undefined) error.stack = cause.stack;
  return error;
};
