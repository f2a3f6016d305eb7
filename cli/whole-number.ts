import { InvalidArgumentError } from 'commander';

/**
 * A parser of option values: whole numbers from `least` to `most`, written in digits.
 *
 * @throws InvalidArgumentError, which the argument parser turns into a usage error naming option and value
 */
export const wholeNumber =
  (least: number, most: number) =>
  (text: string): number => {
    const value = Number(text);
    if (/^\d+$/.test(text) && value >= least && value <= most) return value;
    throw new InvalidArgumentError(`Expected a whole number from ${least} to ${most}.`);
  };
