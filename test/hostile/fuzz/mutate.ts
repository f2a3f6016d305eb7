import { seededRandom } from '../../../planner/simulator/random.ts';

/** Chance, from one seed. */
export interface Chance {
  /** A whole number from 0 up to `below`, which is not among them. */
  readonly below: (below: number) => number;
  readonly pick: <T>(from: readonly T[]) => T;
  /** True once in so many times. */
  readonly oneIn: (times: number) => boolean;
  /** As many as chance will have, up to `most`. */
  readonly some: <T>(most: number, make: () => T) => T[];
}

/** The chance of one case: the same for the same seed and number, whatever came before it. */
export const chanceOf = (seed: number, number: number): Chance => {
  const random = seededRandom(Math.imul(seed | 0, 0x9e3779b1) ^ Math.imul(number + 1, 0x85ebca6b));
  const below = (limit: number): number => Math.floor(random() * limit);
  return {
    below,
    pick: <T>(from: readonly T[]) => from[below(from.length)] as T,
    oneIn: (times) => below(times) === 0,
    some: (most, make) => Array.from({ length: below(most + 1) }, make),
  };
};

/** Bytes that mean something somewhere: ends, signs, lengths. */
const tellingBytes = [0, 1, 0x0a, 0x22, 0x2c, 0x2f, 0x5b, 0x7b, 0x7f, 0x80, 0xd8, 0xd9, 0xfe, 0xff];

/** Copies of bytes with a few of them changed, doubled, left out, moved or cut off; numbers of four bytes made extreme. */
export const mutateBytes = (bytes: Uint8Array, { below, pick, oneIn }: Chance): Uint8Array => {
  let copy = Buffer.from(bytes);
  // half of the changes fall where headers are
  const place = (): number => below(oneIn(2) ? Math.min(copy.length, 200) : copy.length);
  for (let changes = 1 + below(6); changes > 0 && copy.length > 0; changes--) {
    const at = place();
    const length = 1 + below(oneIn(4) ? copy.length : 16);
    switch (below(7)) {
      case 0:
        copy[at] = pick(tellingBytes);
        break;
      case 1:
        copy[at] = (copy[at] ?? 0) ^ (1 << below(8));
        break;
      case 2:
        copy = copy.subarray(0, at);
        break;
      case 3:
        copy = Buffer.concat([copy.subarray(0, at), copy.subarray(at + length)]);
        break;
      case 4:
        copy = Buffer.concat([copy.subarray(0, at + length), copy.subarray(at)]);
        break;
      case 5:
        copy.copy(copy, at, place(), copy.length);
        break;
      default: {
        const number = pick([0, 1, 0x7fff, 0xffff, 0x10000, 0x7fffffff, 0xffffffff]);
        if (at + 4 <= copy.length) copy[pick(['writeUInt32BE', 'writeUInt32LE'] as const)](number, at);
      }
    }
  }
  return copy.subarray(0, 2 * bytes.length + 64);
};

const tellingTexts = [
  '',
  ' ',
  '/',
  '//',
  '..',
  '%',
  '%00',
  '\0',
  '\n',
  '"',
  '@',
  '#',
  '?',
  ':',
  '::',
  '[',
  ']',
  '{',
  '}',
  ',',
  ';',
  '😀',
  '\ud800',
  '\u202e',
  '\u001b[2J',
  '-',
  'e',
  '__proto__',
  'x'.repeat(5_000),
];

/** A text with a few changes. */
export const mutateText = (text: string, chance: Chance): string => {
  let changed = text;
  for (let changes = 1 + chance.below(4); changes > 0; changes--) {
    const at = chance.below(changed.length + 1);
    const left = chance.oneIn(2) ? at : at + chance.below(8);
    changed = changed.slice(0, at) + chance.pick(tellingTexts) + changed.slice(left);
  }
  return changed;
};

const tellingValues: readonly unknown[] = [
  null,
  true,
  false,
  0,
  -0,
  -1,
  1.5,
  1e21,
  2 ** 53,
  Number.MAX_VALUE,
  '',
  'a',
  'raise',
  '1',
  [],
  [[]],
  {},
  { a: 1 },
  { length: 5 },
  { toJSON: 1 },
];

/** A value of JSON with something in it changed, left out, repeated or put elsewhere. */
export const mutateJson = (value: unknown, chance: Chance): unknown => {
  const { pick, oneIn, below } = chance;
  if (oneIn(5)) return pick(tellingValues);
  if (typeof value === 'string') return oneIn(3) ? pick(tellingValues) : mutateText(value, chance);
  if (typeof value === 'number') return pick([value + 1, -value, value * 1e9, 0.5, ...tellingValues]);
  if (Array.isArray(value)) {
    const at = below(value.length + 1);
    if (oneIn(4)) return [...value.slice(0, at), pick(tellingValues), ...value.slice(at)];
    if (oneIn(4)) return value.toSpliced(at, 1);
    if (value.length === 0) return [pick(tellingValues)];
    return value.with(Math.min(at, value.length - 1), mutateJson(value[at], chance));
  }
  if (typeof value !== 'object' || value === null) return pick(tellingValues);
  const entries = Object.entries(value);
  if (entries.length === 0) return pick(tellingValues);
  const at = below(entries.length);
  const [name = '', inner] = entries[at] ?? [];
  if (oneIn(5)) return Object.fromEntries([...entries, [mutateText(name, chance), pick(tellingValues)]]);
  if (oneIn(6)) return Object.fromEntries(entries.toSpliced(at, 1));
  return Object.fromEntries(entries.with(at, [name, mutateJson(inner, chance)]));
};
