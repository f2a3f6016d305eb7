import { isAbsolute } from 'node:path';
import {
  InvalidRequestError,
  MEMORY_MAX_MB,
  MEMORY_MIN_MB,
  quote,
  TIMEOUT_MAX_MS,
} from '../platform/index.ts';

/** A function of the local host, as one would describe it to Lambda. */
export interface LocalFunction {
  /** 1 to 64 letters, digits, hyphens and underscores. */
  readonly name: string;
  /** Absolute path or `file:` URL of the module; it exports `handler(event, context)`. */
  readonly module: string;
  /** Variables of the function; they win over what is inherited. Default none. */
  readonly environment?: Readonly<Record<string, string>>;
  /** 128 to 10,240. Default 1,769. */
  readonly memoryMb?: number;
  /** Default 30,000; at most 900,000. */
  readonly timeoutMs?: number;
  /** Default `live`, pointing to version 1. */
  readonly alias?: string;
  /** Environments kept for this function, and its limit. Default none: it shares what nobody reserved. */
  readonly reservedConcurrency?: number;
  /**
   * Waits before an asynchronous invocation (`Event`) that failed is run again, under the same request id. Default
   * none: it is run once. AWS's are 60,000 and 120,000, unless `MaximumRetryAttempts` says otherwise.
   */
  readonly eventRetryDelaysMs?: readonly number[];
  /** The function (`name:alias`) that is told of asynchronous invocations that ended well. Default none. */
  readonly onSuccess?: string;
}

const refuse = (name: string, field: string, expected: string, received: unknown): never => {
  throw new InvalidRequestError(
    `Expected ${field} of function ${quote(name)} to be ${expected}, received ${quote(received)}`,
  );
};

const isIntegerFrom = (value: number, least: number, most: number): boolean =>
  Number.isInteger(value) && value >= least && value <= most;

/** Refuses a definition Lambda would refuse. @throws InvalidRequestError */
export const checkFunction = (definition: LocalFunction): void => {
  const { name, module, memoryMb, timeoutMs, reservedConcurrency, eventRetryDelaysMs = [] } = definition;
  if (!/^[\w-]{1,64}$/.test(name)) refuse(name, 'name', '1 to 64 letters, digits, - and _', name);
  if (!isAbsolute(module) && !module.startsWith('file:')) {
    refuse(name, 'module', 'an absolute path or a file: URL', module);
  }
  if (memoryMb !== undefined && !isIntegerFrom(memoryMb, MEMORY_MIN_MB, MEMORY_MAX_MB)) {
    refuse(name, 'memoryMb', `an integer from ${MEMORY_MIN_MB} to ${MEMORY_MAX_MB}`, memoryMb);
  }
  if (timeoutMs !== undefined && !isIntegerFrom(timeoutMs, 1, TIMEOUT_MAX_MS)) {
    refuse(name, 'timeoutMs', `an integer from 1 to ${TIMEOUT_MAX_MS}`, timeoutMs);
  }
  if (reservedConcurrency !== undefined && !isIntegerFrom(reservedConcurrency, 0, Number.MAX_SAFE_INTEGER)) {
    refuse(name, 'reservedConcurrency', 'an integer from 0 up', reservedConcurrency);
  }
  if (eventRetryDelaysMs.length > 2 || eventRetryDelaysMs.some((delayMs) => !(delayMs >= 0))) {
    refuse(name, 'eventRetryDelaysMs', 'at most 2 waits from 0 up, in milliseconds', eventRetryDelaysMs);
  }
};
