import type * as z from 'zod';
import { ModelLoadError, messageOf } from '../../../platform/index.ts';

/**
 * Parses the text of one of a model's JSON files against a schema.
 *
 * @param where what the file is called in messages, for example its path
 * @throws ModelLoadError naming the file, and the path of the fault inside it (`crop_size.height`)
 */
export const parseDocument = <Schema extends z.ZodType>(
  schema: Schema,
  text: string,
  where: string,
): z.output<Schema> => {
  const parsed = schema.safeParse(parseJson(text, where));
  if (parsed.success) return parsed.data;
  const faults = parsed.error.issues.map(
    (issue) => `${faultPath(issue.path)}: ${describeFault(issue.message)}`,
  );
  throw new ModelLoadError(`${where} is not as expected at ${faults.join('; ')}`, { cause: parsed.error });
};

const parseJson = (text: string, where: string): unknown => {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new ModelLoadError(`${where}: expected JSON, received text that is none (${messageOf(cause)})`, {
      cause,
    });
  }
};

const faultPath = (path: readonly PropertyKey[]): string =>
  path.length === 0 ? 'its root' : path.map(String).join('.');

const describeFault = (message: string): string =>
  message.replace(
    /^Invalid input: expected (.+), received undefined$/,
    'expected $1, received none (the key is missing)',
  );
