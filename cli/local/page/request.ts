import * as z from 'zod';
import { InvalidRequestError, parseJson } from '../../../platform/index.ts';
import { type PagePicture, type PageRequest, pageFaults } from '../../../view/index.ts';

/** Pictures of one run. */
const MOST_PICTURES = 10_000;

const text = z.string().min(1).max(4096);
const whole = (most: number) => z.number().int().min(1).max(most);

const picture = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('upload'), id: text, name: text }),
  z.strictObject({ kind: z.literal('sample'), name: text }),
  z.strictObject({ kind: z.literal('link'), url: text }),
]) satisfies z.ZodType<PagePicture>;

const schema = z.strictObject({
  pictures: z.array(picture).min(1).max(MOST_PICTURES),
  model: text,
  maxWork: whole(10_000),
  parallel: whole(1_000),
  slots: whole(1_000_000),
  faults: z.array(z.enum(pageFaults)).max(pageFaults.length),
}) satisfies z.ZodType<PageRequest>;

/** Reads what the page asks for. @throws InvalidRequestError that says what is wrong and where */
export const readPageRequest = (body: Uint8Array): PageRequest => {
  const json = parseJson(Buffer.from(body).toString());
  if (json === undefined) throw new InvalidRequestError('Expected a run as JSON, received text that is none');
  const read = schema.safeParse(json);
  if (read.success) return read.data;
  throw new InvalidRequestError(`Expected a run, received: ${z.prettifyError(read.error)}`);
};
