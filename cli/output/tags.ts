import type { ResultShape } from './format.ts';
import { fieldsOf, linesOf, type Shown, saidOf, shownOf, tagsIn } from './said.ts';
import { cutEnd, onOneLine, padEnd, widthOf } from './text.ts';

/** Width of "100.0%". */
const VALUE_WIDTH = 6;

/** How wide each row's first, second, … name is; no narrower than `widths` has it already. */
const nameWidths = (rows: readonly (readonly Shown[])[], widths: readonly number[]): readonly number[] => {
  const widest = [...widths];
  for (const row of rows) {
    row.forEach(({ name }, place) => {
      widest[place] = Math.max(widest[place] ?? 0, widthOf(onOneLine(name)));
    });
  }
  return widest;
};

/** Names are cut to no less than this; rather fewer are shown. */
const LEAST_NAME_WIDTH = 10;

/** Blanks between two tags. */
const GAP = '   ';

const total = (widths: readonly number[]): number =>
  widths.reduce((sum, width) => sum + width + 1 + VALUE_WIDTH, 0) + GAP.length * (widths.length - 1);

/** How wide each name may be, for as many as there is room for. */
const fit = (widths: readonly number[], room: number | undefined): readonly number[] => {
  if (room === undefined || total(widths) <= room) return widths;
  for (let count = widths.length; count > 0; count--) {
    const used = total(Array.from({ length: count }, () => 0));
    const most = Math.floor((room - used) / count);
    if (most >= LEAST_NAME_WIDTH || count === 1) {
      return widths.slice(0, count).map((width) => Math.min(width, Math.max(1, most)));
    }
  }
  return [];
};

/**
 * A row's tags as one text, `tench  97.1%   coho  1.2%`, padded so that those of all rows stand under each other.
 *
 * @param widths of the names, of all rows
 * @param room columns to fit into, by cutting names and leaving out the last tags; undefined for no limit
 */
const formatRow = (row: readonly Shown[], widths: readonly number[], room: number | undefined): string => {
  const fitting = fit(widths, room);
  const shown = row.slice(0, fitting.length).map(({ name, value }, place) => {
    const width = fitting[place] ?? 0;
    return `${padEnd(cutEnd(onOneLine(name), width), width)} ${value.padStart(VALUE_WIDTH)}`;
  });
  return shown.join(GAP);
};

/**
 * Results as tags (best first), scores, or an embedding's length; of several models the first of each.
 *
 * @param heading what the column is called
 * @param model what the model is called where there is only one
 */
export const tagsShape = (heading: string, model: string): ResultShape => {
  let widths: readonly number[] = [];
  const shown = (results: unknown): readonly Shown[] => {
    const said = saidOf(results, model);
    const [only] = said;
    if (said.length === 1 && only?.model === model) return shownOf(only);
    return said.flatMap((each) =>
      shownOf(each)
        .slice(0, 1)
        .map(({ name, value }) => ({ name: `${each.model}: ${name}`, value })),
    );
  };
  return {
    column: {
      heading: (room) => {
        const { length } = fit(widths, room);
        return length < widths.length ? `${heading}, the best${length > 1 ? ` ${length}` : ''}` : heading;
      },
      widen: (page) => {
        widths = nameWidths(page.map(shown), widths);
      },
      format: (results, room) => formatRow(shown(results), widths, room),
    },
    fields: (results) => fieldsOf(saidOf(results, model)),
    answers: (results) =>
      saidOf(results, model).map((said) => ({
        model: said.model,
        tags: tagsIn(said),
        ...(!('tags' in said.answer) && {
          text: shownOf(said)
            .map(({ name, value }) => `${name} ${value}`)
            .join(', '),
        }),
      })),
    rows: (results) => {
      const said = saidOf(results, model);
      const fields = fieldsOf(said);
      return said.flatMap(linesOf).map((line) => fields.map((field) => line[field] ?? ''));
    },
    paths: (picture, results) =>
      saidOf(results, model).some((said) => shownOf(said).length > 0) ? [picture.shown] : [],
  };
};
