import { InvalidRequestError, quote } from '../../platform/index.ts';

const expected = (flag: string, what: string, text: string): InvalidRequestError =>
  new InvalidRequestError(`--${flag}: expected ${what}, received ${quote(text)}.`);

/** Reads a whole number from `least` to `most`. @throws InvalidRequestError */
export const readWhole = (
  flag: string,
  text: string,
  least: number,
  most = Number.MAX_SAFE_INTEGER,
): number => {
  const value = Number(text);
  if (/^-?\d+$/.test(text) && value >= least && value <= most) return value;
  throw expected(flag, `a whole number from ${least} to ${most}`, text);
};

/** Reads a number from `least` to `most`. @throws InvalidRequestError */
export const readNumber = (
  flag: string,
  text: string,
  least: number,
  most = Number.MAX_SAFE_INTEGER,
): number => {
  const value = Number(text);
  if (text.trim() !== '' && value >= least && value <= most) return value;
  throw expected(flag, `a number from ${least} to ${most}`, text);
};

/** Reads two whole numbers from 0, `a/b`. @throws InvalidRequestError */
export const readPair = (flag: string, text: string): readonly [number, number] => {
  const [a, b, ...more] = text.split('/');
  if (a === undefined || b === undefined || more.length > 0) {
    throw expected(flag, 'two numbers as 1000/10000', text);
  }
  return [readNumber(flag, a, 0), readNumber(flag, b, 1)];
};

/** Reads one of the given words. @throws InvalidRequestError */
export const readWord = <Word extends string>(flag: string, text: string, words: readonly Word[]): Word => {
  const found = words.find((word) => word === text);
  if (found) return found;
  throw expected(flag, words.join(' or '), text);
};
