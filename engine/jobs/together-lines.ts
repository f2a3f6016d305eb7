import type { Outcome } from '../policy/outcome.ts';
import { together } from '../protocol/together.ts';

/** A result as its line has it, and its item's place in the list. */
export interface NumberedLine {
  readonly at: number;
  readonly line: string;
}

/** The results of one function, in order. */
export interface NamedLines {
  readonly name: string;
  readonly lines: AsyncGenerator<NumberedLine, void>;
}

type Result = Outcome<unknown> & { readonly [label: string]: unknown };

const lineOf = (said: readonly (readonly [name: string, result: Result])[]): string => {
  const [[, first]] = said as [[string, Result]];
  const { results, error, receipt, ...label } = first;
  return JSON.stringify({ ...label, ...together(said) });
};

/**
 * What several functions said of the same items, a line for each item, in order.
 *
 * @param isWhole whether only items count that all of them have answered, up to the first that one has not. Otherwise
 *   a line has what there is of its item, and items of which there is nothing have none
 */
export async function* putTogether(
  all: readonly NamedLines[],
  isWhole: boolean,
): AsyncGenerator<NumberedLine, void> {
  let heads = await Promise.all(
    all.map(async ({ name, lines }) => ({ name, lines, head: await lines.next() })),
  );
  for (;;) {
    const at = Math.min(...heads.map(({ head }) => (head.done ? Number.POSITIVE_INFINITY : head.value.at)));
    const said = heads.flatMap(({ name, head }) =>
      head.done || head.value.at !== at ? [] : [[name, JSON.parse(head.value.line)] as const],
    );
    if (said.length === 0 || (isWhole && said.length < all.length)) return;
    yield { at, line: lineOf(said) };
    heads = await Promise.all(
      heads.map(async (each) =>
        each.head.done || each.head.value.at !== at ? each : { ...each, head: await each.lines.next() },
      ),
    );
  }
}
