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

/**
 * A parser of option values: numbers from `least` up.
 *
 * @throws InvalidArgumentError, which the argument parser turns into a usage error naming option and value
 */
export const readNumber =
  (least: number) =>
  (text: string): number => {
    const value = Number(text);
    if (text.trim() !== '' && Number.isFinite(value) && value >= least) return value;
    throw new InvalidArgumentError(`Expected a number from ${least} up.`);
  };
