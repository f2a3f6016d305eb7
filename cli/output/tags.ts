import * as z from 'zod';
import type { ResultShape } from './formats.ts';
import { cutEnd, onOneLine, padEnd, widthOf } from './text.ts';

const tagged = z.object({
  tags: z.array(z.object({ class: z.string(), confidence: z.number() })),
});
const several = z.record(z.string(), tagged);

/** A class and how sure the model is of it, from 0 to 1. */
export type ShownTag = z.infer<typeof tagged>['tags'][number];

/** What one model, or each of several, says of a picture; nothing in results of another shape. */
export type Tagging = readonly (readonly [model: string, tags: readonly ShownTag[]])[];

/** @param model what the model is called where there is only one */
export const taggingOf = (results: unknown, model: string): Tagging => {
  const one = tagged.safeParse(results);
  if (one.success) return [[model, one.data.tags]];
  return Object.entries(several.safeParse(results).data ?? {}).map(([name, { tags }]) => [name, tags]);
};

const percent = (confidence: number): string => `${(confidence * 100).toFixed(1)}%`;

/** Width of "100.0%". */
const PERCENT_WIDTH = 6;

/** How wide each row's first, second, … class is; no narrower than `widths` has it already. */
export const classWidths = (
  rows: readonly (readonly ShownTag[])[],
  widths: readonly number[] = [],
): readonly number[] => {
  const widest = [...widths];
  for (const row of rows) {
    row.forEach((tag, place) => {
      widest[place] = Math.max(widest[place] ?? 0, widthOf(onOneLine(tag.class)));
    });
  }
  return widest;
};

/** Classes are cut to no less than this; rather fewer tags are shown. */
const LEAST_CLASS_WIDTH = 10;

/** Blanks between two tags. */
const GAP = '   ';

const total = (widths: readonly number[]): number =>
  widths.reduce((sum, width) => sum + width + 1 + PERCENT_WIDTH, 0) + GAP.length * (widths.length - 1);

/** How wide each class may be, for as many tags as there is room for. */
const fit = (widths: readonly number[], room: number | undefined): readonly number[] => {
  if (room === undefined || total(widths) <= room) return widths;
  for (let count = widths.length; count > 0; count--) {
    const used = total(Array.from({ length: count }, () => 0));
    const most = Math.floor((room - used) / count);
    if (most >= LEAST_CLASS_WIDTH || count === 1) {
      return widths.slice(0, count).map((width) => Math.min(width, Math.max(1, most)));
    }
  }
  return [];
};

/**
 * A row's tags as one text, `tench  97.1%   coho  1.2%`, padded so that those of all rows stand under each other.
 *
 * @param widths of the classes, of all rows
 * @param room columns to fit into, by cutting classes and leaving out the last tags; undefined for no limit
 */
export const formatTags = (
  row: readonly ShownTag[],
  widths: readonly number[],
  room: number | undefined,
): string => {
  const fitting = fit(widths, room);
  const shown = row.slice(0, fitting.length).map((tag, place) => {
    const width = fitting[place] ?? 0;
    const name = padEnd(cutEnd(onOneLine(tag.class), width), width);
    return `${name} ${percent(tag.confidence).padStart(PERCENT_WIDTH)}`;
  });
  return shown.join(GAP);
};

/**
 * Results as tags, best first; of several models the best tag of each.
 *
 * @param heading what the column is called
 * @param model what the model is called where there is only one
 */
export const tagsShape = (heading: string, model: string): ResultShape => {
  let widths: readonly number[] = [];
  const shown = (results: unknown): readonly ShownTag[] => {
    const tagging = taggingOf(results, model);
    const [only] = tagging;
    if (tagging.length === 1 && only?.[0] === model) return only[1];
    return tagging.flatMap(([name, [best]]) =>
      best === undefined ? [] : [{ ...best, class: `${name}: ${best.class}` }],
    );
  };
  return {
    column: {
      heading: (room) => {
        const { length } = fit(widths, room);
        return length < widths.length ? `${heading}, the best${length > 1 ? ` ${length}` : ''}` : heading;
      },
      widen: (page) => {
        widths = classWidths(page.map(shown), widths);
      },
      format: (results, room) => formatTags(shown(results), widths, room),
    },
    fields: ['model', 'class', 'confidence'],
    answers: (results) => taggingOf(results, model).map(([name, tags]) => ({ model: name, tags })),
    rows: (results) =>
      taggingOf(results, model).flatMap(([name, tags]) =>
        tags.map((tag) => [name, tag.class, tag.confidence]),
      ),
    paths: (picture, results) =>
      taggingOf(results, model).some(([, tags]) => tags.length > 0) ? [picture.shown] : [],
  };
};
