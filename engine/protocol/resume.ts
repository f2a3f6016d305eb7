import { createHash } from 'node:crypto';
import * as z from 'zod';
import { InvalidRequestError, parseJson } from '../../platform/index.ts';
import { type Range, sizeOf } from '../policy/range.ts';

/**
 * What is left of a batch, to be sent again with the batch itself: which indexes, and a digest of the items, so that
 * it is not applied to others.
 */
const leftSchema = z.strictObject({
  items: z.number().int().min(0),
  digest: z.string(),
  todo: z.array(z.tuple([z.number().int().min(0), z.number().int().min(1)])),
});

const digestOf = (items: readonly unknown[]): string =>
  createHash('sha256').update(JSON.stringify(items)).digest('hex').slice(0, 16);

/** A resume token: base64url of the JSON above. Undefined when nothing is left. */
export const writeResumeToken = (items: readonly unknown[], todo: readonly Range[]): string | undefined => {
  if (todo.length === 0) return undefined;
  const left: z.infer<typeof leftSchema> = {
    items: items.length,
    digest: digestOf(items),
    todo: todo.map(({ start, end }) => [start, end]),
  };
  return Buffer.from(JSON.stringify(left)).toString('base64url');
};

/**
 * The ranges a token leaves to do of these items.
 *
 * @throws InvalidRequestError when it is no token, or one of another batch.
 */
export const readResumeToken = (token: string, items: readonly unknown[]): readonly Range[] => {
  const left = leftSchema.safeParse(parseJson(Buffer.from(token, 'base64url').toString('utf8'))).data;
  if (!left)
    throw new InvalidRequestError('options.resume: expected the token of a summary, received something else');
  const todo = left.todo.map(([start, end]) => ({ start, end }));
  let from = 0;
  const sound = todo.every((range) => {
    const follows = range.start >= from && sizeOf(range) > 0 && range.end <= items.length;
    from = range.end;
    return follows;
  });
  if (sound && left.items === items.length && left.digest === digestOf(items)) return todo;
  throw new InvalidRequestError(
    `options.resume: expected the batch of ${left.items} items that the token was given for, received another one of ${items.length}`,
  );
};
