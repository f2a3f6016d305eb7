import * as z from 'zod';

const tagged = z.object({
  tags: z.array(z.object({ class: z.string(), confidence: z.number() })).readonly(),
});
const scored = z.object({ scores: z.array(z.object({ class: z.string(), score: z.number() })).readonly() });
const embedded = z.object({ embedding: z.union([z.base64(), z.array(z.number()).readonly()]) });
const answer = z.union([tagged, scored, embedded]);
const several = z.record(z.string(), answer);

/** A class and how sure the model is of it, from 0 to 1. */
export type ShownTag = z.infer<typeof tagged>['tags'][number];

/** What one model says of a picture: tags, scores or an embedding. */
export interface Said {
  readonly model: string;
  readonly answer: z.infer<typeof answer>;
}

/**
 * What one model, or each of several, says of a picture; nothing in results of another shape.
 *
 * @param model what the model is called where there is only one
 */
export const saidOf = (results: unknown, model: string): readonly Said[] => {
  const one = answer.safeParse(results);
  if (one.success) return [{ model, answer: one.data }];
  return Object.entries(several.safeParse(results).data ?? {}).map(([name, said]) => ({
    model: name,
    answer: said,
  }));
};

/** The tags of an answer; none where it is something else. */
export const tagsIn = ({ answer: said }: Said): readonly ShownTag[] => ('tags' in said ? said.tags : []);

/** Bytes of a float32, little-endian in base64. */
const FLOAT_BYTES = 4;

const numbersOf = (embedding: string | readonly number[]): readonly number[] => {
  if (typeof embedding !== 'string') return embedding;
  const bytes = Buffer.from(embedding, 'base64');
  return Array.from({ length: Math.floor(bytes.length / FLOAT_BYTES) }, (_, at) =>
    bytes.readFloatLE(at * FLOAT_BYTES),
  );
};

/** A number in as much of a column as a percentage takes. */
const short = (value: number): string =>
  Math.abs(value) < 1e-3 ? value.toFixed(3) : String(Number(value.toPrecision(4)));

/** A name and a value beside it, as a table shows them. */
export interface Shown {
  readonly name: string;
  readonly value: string;
}

/** An answer for people: its tags, its scores, or how many numbers an embedding has, and how long it is as a vector. */
export const shownOf = ({ answer: said }: Said): readonly Shown[] => {
  if ('tags' in said) {
    return said.tags.map((tag) => ({ name: tag.class, value: `${(tag.confidence * 100).toFixed(1)}%` }));
  }
  if ('scores' in said) return said.scores.map((each) => ({ name: each.class, value: short(each.score) }));
  const numbers = numbersOf(said.embedding);
  return [{ name: `${numbers.length} numbers of norm`, value: short(Math.hypot(...numbers)) }];
};

/** Columns of answers as lines of values, in their order; those that one kind of answer has. */
const fieldsOfKind = (said: Said['answer']): readonly string[] => {
  if ('tags' in said) return ['class', 'confidence'];
  return 'scores' in said ? ['class', 'score'] : ['embedding'];
};

const fieldNames = ['model', 'class', 'confidence', 'score', 'embedding'];

/** The columns that answers like these take; those of tags where there is none yet. */
export const fieldsOf = (all: readonly Said[]): readonly string[] => {
  const used = new Set(all.flatMap(({ answer: said }) => fieldsOfKind(said)));
  if (used.size === 0) return ['model', 'class', 'confidence'];
  return fieldNames.filter((field) => field === 'model' || used.has(field));
};

type Line = Readonly<Record<string, string | number>>;

/** An answer as lines of values: one for each tag or score, one for an embedding (an array as JSON). */
export const linesOf = ({ model, answer: said }: Said): readonly Line[] => {
  if ('tags' in said) return said.tags.map((tag) => ({ model, ...tag }));
  if ('scores' in said) return said.scores.map((score) => ({ model, ...score }));
  const { embedding } = said;
  return [{ model, embedding: typeof embedding === 'string' ? embedding : JSON.stringify(embedding) }];
};
