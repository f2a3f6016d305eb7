import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import * as z from 'zod';
import { isBucketName } from '../platform/index.ts';

/** Kinds of context values. `-c` gives text; `cdk.json` may give numbers and lists as well. */

const quoted = (words: readonly string[]): string => words.join(', ');

/** A whole number in a range. */
export const wholeNumber = (least: number, most: number) => {
  const error = `expected a whole number from ${least} to ${most}`;
  return z
    .union([z.number(), z.string().regex(/^\d+$/).transform(Number)], { error })
    .refine((value) => Number.isInteger(value) && value >= least && value <= most, { error });
};

/** Text of a certain form; `expected` completes "expected …". */
export const text = (pattern: RegExp, expected: string) => {
  const error = `expected ${expected}`;
  return z.string({ error }).regex(pattern, { error });
};

/** One of a few words. */
export const word = <const Words extends readonly [string, ...string[]]>(words: Words) =>
  z.enum(words, { error: `expected ${quoted(words)}` });

/** Yes or no. */
export const yesOrNo = z.union(
  [z.boolean(), z.enum(['true', 'false']).transform((given) => given === 'true')],
  {
    error: 'expected true or false',
  },
);

/** Several texts, parted by commas. */
export const list = (item: z.ZodType<string, string>) =>
  z
    .union([z.array(z.string()), z.string().transform((text) => text.split(','))], {
      error: 'expected texts, parted by commas',
    })
    .transform((texts) => texts.map((text) => text.trim()).filter((text) => text !== ''))
    .pipe(z.array(item).min(1, { error: 'expected at least one' }));

const bucketError = 'expected the name of a bucket: no s3://, no folder, no ARN';

/** The name of a bucket. */
export const bucketName = z.string({ error: bucketError }).refine(isBucketName, { error: bucketError });

/** A bucket, or what is below a prefix of one: `bucket`, `bucket/prefix/`. */
export const bucketWithPrefix = z.string().refine(
  (given) => {
    const [name = '', ...folders] = given.split('/');
    return bucketName.safeParse(name).success && (folders.length === 0 || folders.at(-1) === '');
  },
  { error: 'expected the name of a bucket, or bucket/prefix/ with a slash at its end: no s3://, no ARN' },
);

/** Tags of everything in the stack, as `name=value`. */
export const tag = text(
  /^(?!aws:)[^=\s][^=]{0,127}=.{0,256}$/,
  'tags as name=value, none of them of AWS (aws:…)',
);

/** A number for one of some names. @param example as one is written: `thumbnail=20` */
export const numberFor = (names: readonly string[], example: string) =>
  text(new RegExp(`^(${names.join('|')})=\\d{1,6}$`), `${quoted(names)}, each with a number: ${example}`);

const retentions = Object.values(RetentionDays)
  .filter((days): days is RetentionDays => typeof days === 'number' && days !== RetentionDays.INFINITE)
  .sort((a, b) => a - b);

const retentionError = `expected one of ${quoted(retentions.map(String))}`;
/** Days for which CloudWatch Logs can keep logs; it knows only certain numbers. */
export const retentionDays = z
  .union([z.number(), z.string().regex(/^\d+$/).transform(Number)], { error: retentionError })
  .refine((days): days is RetentionDays => retentions.includes(days), { error: retentionError });
