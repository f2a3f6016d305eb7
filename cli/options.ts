import { InvalidArgumentError, Option } from 'commander';
import type { NamedPart } from '../client/index.ts';
import { InvalidRequestError, jsonOrText, quote } from '../platform/index.ts';

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
 * A parser of option values: numbers from `least` up, to `most` where it is given.
 *
 * @throws InvalidArgumentError, which the argument parser turns into a usage error naming option and value
 */
export const readNumber =
  (least: number, most = Number.POSITIVE_INFINITY) =>
  (text: string): number => {
    const value = Number(text);
    if (text.trim() !== '' && Number.isFinite(value) && value >= least && value <= most) return value;
    throw new InvalidArgumentError(
      Number.isFinite(most)
        ? `Expected a number from ${least} to ${most}.`
        : `Expected a number from ${least} up.`,
    );
  };

/** An option that takes a whole number from 1 to `most`. */
export const numberOption = (flags: string, about: string, most: number): Option =>
  new Option(flags, about).argParser(wholeNumber(1, most));

/** An option that may be given several times; its value is the list. */
export const listOption = (flags: string, about: string): Option =>
  new Option(flags, about).argParser((text, before: readonly string[] | undefined) => [
    ...(before ?? []),
    text,
  ]);

/**
 * Values of `--option`, each `name=value`, where a value is JSON or a text.
 *
 * @param expected what each of them has to be, for the message
 * @param isOne whether it is
 * @throws InvalidRequestError
 */
export const readOptions = (
  texts: readonly string[],
  expected = 'name=value',
  isOne = (name: string, _value: string): boolean => name !== '',
): Readonly<Record<string, unknown>> => {
  const read = new Map<string, unknown>();
  for (const text of texts) {
    const [, name = '', value = ''] = /^([^=]+)=(.*)$/s.exec(text) ?? [];
    if (!isOne(name, value)) {
      throw new InvalidRequestError(`--option: expected ${expected}, received ${quote(text)}`);
    }
    if (read.has(name)) {
      throw new InvalidRequestError(`--option: expected each name once, received ${quote(name)} twice`);
    }
    read.set(name, jsonOrText(value));
  }
  return Object.fromEntries(read);
};

/** Values of `--option` that name functions, as requests of orchestrate do. @throws InvalidRequestError */
export const readFunctions = (texts: readonly string[]): Readonly<Record<string, NamedPart>> =>
  readOptions(
    texts,
    'name=function, or name={"function": …, "options": {…}}',
    (name, value) => name !== '' && value !== '',
  ) as Readonly<Record<string, NamedPart>>;

/** How AWS is reached, as in the AWS CLI; what is absent comes from the environment. */
export interface AwsArguments {
  readonly profile?: string;
  readonly region?: string;
  readonly endpointUrl?: string;
}

/** The options of {@link AwsArguments}. @param when said behind each of them */
export const awsOptions = (when = ''): readonly Option[] => [
  new Option('--profile <name>', `AWS profile${when}`),
  new Option('--region <name>', `AWS region${when}`),
  new Option('--endpoint-url <url>', `endpoint of AWS or of what stands in for it${when}`),
];

/** {@link AwsArguments} as the AWS SDK takes them. */
export const connectionOf = ({ profile, region, endpointUrl }: AwsArguments) => ({
  ...(profile !== undefined && { profile }),
  ...(region !== undefined && { region }),
  ...(endpointUrl !== undefined && { endpoint: endpointUrl }),
});
