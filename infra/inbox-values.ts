import * as z from 'zod';
import { optionOfBatches } from '../engine/index.ts';
import { checkOptions } from '../functions/check-options.ts';
import { functionNamed, treeNames } from '../functions/index.ts';
import { jsonOrText, messageOf, readS3Url } from '../platform/index.ts';

/** Kinds of context values that are about inboxes. */

/** A prefix of a bucket, as `s3://bucket/prefix/`; with a slash at its end, since names that begin alike are others. */
export const bucketPlace = z
  .string({ error: 'expected s3://bucket/prefix/' })
  .refine((text) => readS3Url(text.endsWith('/') ? text : '') !== undefined, {
    error: 'expected s3://bucket/prefix/, with a slash at its end',
  });

const functionsError = `expected functions with their options, such as {"${treeNames[0]}": {}}; functions are ${treeNames.join(', ')}`;

type OptionsByFunction = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

/** Functions with the options of their requests: JSON, or as it is in cdk.json. They are checked as the function does. */
export const functionsWithOptions = z.preprocess(
  (given) => (typeof given === 'string' ? jsonOrText(given) : given),
  z
    .record(z.string(), z.record(z.string(), z.unknown(), { error: functionsError }), {
      error: functionsError,
    })
    .superRefine((functions, context) => {
      const names = Object.keys(functions);
      const refuse = (message: string) => context.addIssue({ code: 'custom', message, input: functions });
      if (names.length === 0 || names.some((name) => !treeNames.includes(name))) refuse(functionsError);
      for (const [name, options] of Object.entries(functions)) {
        const foreign = optionOfBatches(options);
        if (foreign !== undefined) refuse(`${name}: expected options of single items, not ${foreign}`);
        try {
          const definition = functionNamed(name);
          if (definition) checkOptions(definition, options);
        } catch (error) {
          refuse(`${name}: ${messageOf(error)}`);
        }
      }
    }) as z.ZodType<OptionsByFunction>,
);
