import { InvalidRequestError, quote } from '../../platform/index.ts';
import { type Distribution, formatDistribution, parseDistribution } from './distribution.ts';

/** How a value of an option is written, and read again. */
export interface Form<Value> {
  /** What it is called in the help. */
  readonly value: string;
  /** Undefined where there is nothing to say. */
  show(value: Value): string | undefined;
  /** @throws InvalidRequestError that names the option, for a text that is not what is expected */
  read(text: string, name: string): Value;
}

const expected = (name: string, what: string, text: string): InvalidRequestError =>
  new InvalidRequestError(`--${name}: expected ${what}, received ${quote(text)}.`);

const numeric =
  (kind: string, isOne: (text: string) => boolean) =>
  (value: string, least: number, most = Number.MAX_SAFE_INTEGER): Form<number> => ({
    value,
    show: String,
    read: (text, name) => {
      const read = Number(text);
      if (isOne(text) && read >= least && read <= most) return read;
      throw expected(name, `a ${kind} from ${least} to ${most}`, text);
    },
  });

/** A whole number in a range. */
export const whole = numeric('whole number', (text) => /^-?\d+$/.test(text));

/** A number in a range. */
export const number = numeric('number', (text) => text.trim() !== '');

/** A time, as a distribution. */
export const time: Form<Distribution> = { value: 'ms', show: formatDistribution, read: parseDistribution };

/** One of a few words. */
export const word = <Word extends string>(value: string, words: readonly Word[]): Form<Word> => ({
  value,
  show: String,
  read: (text, name) => {
    const found = words.find((each) => each === text);
    if (found) return found;
    throw expected(name, words.join(' or '), text);
  },
});

/** Two numbers, `1000/10000`: so many of something, by so many milliseconds. */
export const rate = <Value>(
  parts: (value: Value) => readonly [number, number],
  make: (count: number, ms: number) => Value,
): Form<Value> => ({
  value: 'n/ms',
  show: (value) => parts(value).join('/'),
  read: (text, name) => {
    const [a, b, ...more] = text.split('/');
    if (a === undefined || b === undefined || more.length > 0) {
      throw expected(name, 'two numbers as 1000/10000', text);
    }
    return make(number('', 0).read(a, name), number('', 1).read(b, name));
  },
});

/** Whole numbers, `3,14,15`. */
export const indexes: Form<readonly number[]> = {
  value: 'indexes',
  show: (value) => value.join() || undefined,
  read: (text, name) => text.split(',').map((index) => whole('', 0).read(index, name)),
};
