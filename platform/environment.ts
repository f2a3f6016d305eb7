import { ConfigurationError } from './errors.ts';
import { quote } from './quote.ts';

/** Environment variables, as `process.env` has them. */
export type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Reads a whole number. Absent or empty is the default (a template's unresolved variable arrives as ""); anything
 * else but a whole number in range is an error.
 *
 * @throws ConfigurationError naming the variable, what was expected and what was received.
 */
export const readInteger = (
  env: Environment,
  name: string,
  { fallback, least, most }: { fallback: number; least: number; most: number },
): number => {
  const text = env[name];
  if (text === undefined || text === '') return fallback;
  const value = Number(text);
  if (/^\d+$/.test(text) && value >= least && value <= most) return value;
  throw new ConfigurationError(
    `${name}: expected a whole number from ${least} to ${most}, received ${quote(text)}`,
  );
};

/**
 * Reads a switch: `true` or `false`; absent or empty is the default.
 *
 * @throws ConfigurationError for anything else.
 */
export const readSwitch = (env: Environment, name: string, fallback: boolean): boolean => {
  const text = env[name];
  if (text === undefined || text === '') return fallback;
  if (text === 'true' || text === 'false') return text === 'true';
  throw new ConfigurationError(`${name}: expected true or false, received ${quote(text)}`);
};
