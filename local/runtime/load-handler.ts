import { existsSync } from 'node:fs';
import { basename, extname } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Handler } from './answer.ts';
import { runtimeError } from './function-error.ts';
import { streamingHandler } from './response-stream.ts';

const importModule = async (path: string): Promise<Record<string, unknown>> => {
  if (!existsSync(path)) {
    throw runtimeError('Runtime.ImportModuleError', `Error: Cannot find module '${path}'`);
  }
  try {
    return await import(pathToFileURL(path).href);
  } catch (thrown) {
    if (thrown instanceof SyntaxError) {
      throw runtimeError('Runtime.UserCodeSyntaxError', String(thrown), thrown);
    }
    if (thrown instanceof Error && 'code' in thrown && /MODULE_NOT_FOUND$/.test(String(thrown.code))) {
      throw runtimeError('Runtime.ImportModuleError', String(thrown), thrown);
    }
    throw thrown;
  }
};

const handlerOf = (exported: unknown): unknown =>
  typeof exported === 'object' && exported !== null && 'handler' in exported ? exported.handler : undefined;

/**
 * Imports a module and takes its `handler`, also from the default export, as for a CommonJS module.
 *
 * @throws `Runtime.ImportModuleError`, `Runtime.UserCodeSyntaxError`, `Runtime.HandlerNotFound`,
 * `Runtime.CallbackHandlerDeprecated`, as the Node.js 24 runtime names them; what the module itself throws, as it is.
 */
export const loadHandler = async (path: string): Promise<Handler> => {
  const module = await importModule(path);
  const handler = handlerOf(module) ?? handlerOf(module.default);
  const name = `${basename(path, extname(path))}.handler`;
  if (handler === undefined) {
    throw runtimeError('Runtime.HandlerNotFound', `${name} is undefined or not exported`);
  }
  if (typeof handler !== 'function') {
    throw runtimeError('Runtime.HandlerNotFound', `${name} is not a function`);
  }
  if (handler.length >= 3 && !streamingHandler(handler)) {
    throw runtimeError(
      'Runtime.CallbackHandlerDeprecated',
      `${name} takes a callback; Node.js 24 runs handlers of (event, context) that return a promise or a value`,
    );
  }
  return handler as Handler;
};
