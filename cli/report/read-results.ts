import * as z from 'zod';
import { together } from '../../engine/driver.ts';
import type { Outcome, Summary } from '../../engine/index.ts';
import { InvalidRequestError, parseJson, quote, type WireError } from '../../platform/index.ts';
import { severalAnswers } from '../output/any-answers.ts';
import type { SaidInReport } from '../output/format.ts';
import { tagsShape } from '../output/tags.ts';

/** Results that are kept: pictures with their outcomes, and the trees that answered, where they are told. */
export interface KeptResults {
  readonly pictures: readonly {
    /** What the picture is called: its path, or the reference. */
    readonly name: string;
    readonly reference: string;
    readonly outcome: Outcome<unknown>;
  }[];
  readonly trees: readonly { readonly name: string; readonly summary: Summary }[];
  /** What ended a streamed reply before its end. */
  readonly stopped?: { readonly error: WireError; readonly rootRequestId: string };
}

const receipt = z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])).optional();
const error = z.object({ name: z.string(), message: z.string() });
const named = { image: z.string(), path: z.string().optional(), receipt };
const line = z.union([
  z.object({ ...named, error, results: z.unknown().optional() }),
  z.object({ ...named, results: z.unknown().refine((results) => results !== undefined) }),
]);
const count = z.number().int().nonnegative();
const reply = z.object({
  results: z.array(line),
  summary: z.looseObject({
    ...{ invocations: count, depth: count, throttled: count, retried: count, rootRequestId: z.string() },
    receipts: z
      .array(
        z.looseObject({
          ...{ path: z.string(), span: z.tuple([z.number(), z.number()]), outcome: z.string() },
          ownWork: z.array(z.tuple([z.number(), z.number()])),
        }),
      )
      .optional(),
  }),
});
/** The end of a reply that came as lines: of one that is whole, and of one that was stopped. */
const ending = reply.pick({ summary: true });
const stop = z.object({ error, rootRequestId: z.string() });
const replies = z.record(z.string(), z.union([reply, z.object({ error })]));

type Line = z.output<typeof line>;

const pictureOf = ({ image, path: name = image, ...outcome }: Line): KeptResults['pictures'][number] => ({
  name,
  reference: image,
  outcome: outcome as Outcome<unknown>,
});

const summaryOf = ({ summary }: z.output<typeof ending>): Summary => summary as unknown as Summary;

const readReplies = (found: z.output<typeof replies>): KeptResults => {
  const parts = Object.entries(found);
  const [answered] = parts.flatMap(([, part]) => ('results' in part ? [part.results] : []));
  const pictures = (answered ?? []).map((first, index) =>
    pictureOf({
      image: first.image,
      ...together(
        parts.map(([name, part]) => [
          name,
          'results' in part ? (part.results[index] as Outcome<unknown>) : { error: part.error },
        ]),
      ),
    } as Line),
  );
  const trees = parts.flatMap(([name, part]) =>
    'results' in part ? [{ name, summary: summaryOf(part) }] : [],
  );
  return { pictures, trees };
};

/**
 * Reads results: NDJSON, a line for each picture, with or without the summary, or the error, that a streamed reply
 * ends with; or the reply of a function to a batch, and of orchestrate to one.
 *
 * @param where what messages call the file
 * @throws InvalidRequestError for a line that is no result
 */
export const readResults = (text: string, where: string): KeptResults => {
  const whole = parseJson(text);
  const one = reply.safeParse(whole);
  if (one.success) {
    return { pictures: one.data.results.map(pictureOf), trees: [{ name: '', summary: summaryOf(one.data) }] };
  }
  const several = replies.safeParse(whole);
  if (several.success) return readReplies(several.data);
  const lines = text.trimEnd().split('\n');
  const last = parseJson(lines.at(-1) ?? '');
  const end = ending.safeParse(last);
  const stopped = stop.safeParse(last);
  if (end.success || stopped.success) lines.pop();
  const pictures = lines.flatMap((each, index) => {
    if (each.trim() === '') return [];
    const read = line.safeParse(parseJson(each));
    if (read.success) return [pictureOf(read.data)];
    throw new InvalidRequestError(
      `${where}:${index + 1}: expected a result as JSON, received ${quote(each)}`,
      { cause: read.error },
    );
  });
  return {
    pictures,
    trees: end.success ? [{ name: '', summary: summaryOf(end.data) }] : [],
    ...(stopped.success && { stopped: stopped.data }),
  };
};

/** What the tags of one model are called: its name is not in its results. */
const shape = tagsShape('tags', 'tags');

/** What results say in a report: of one function, or of several by their names. */
export const answersOf = (outcome: Outcome<unknown>): readonly SaidInReport[] => {
  if (!('results' in outcome)) return [];
  const said = shape.answers?.(outcome.results) ?? [];
  if (said.length > 0) return said;
  const several = severalAnswers(outcome.results);
  return several.some(({ tags }) => tags.length > 0) ? several : [];
};
