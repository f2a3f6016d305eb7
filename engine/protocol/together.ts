import type { Outcome, Receipt } from '../policy/outcome.ts';

/** What each of several functions said of one item, by the names they go by. */
export type SaidTogether = readonly (readonly [name: string, outcome: Outcome<unknown>])[];

const receiptOf = (said: SaidTogether): Receipt =>
  Object.fromEntries(
    said.flatMap(([name, { receipt = {} }]) =>
      Object.entries(receipt).map(([key, value]) => [`${name}.${key}`, value]),
    ),
  );

/**
 * What several functions said of one item, as one outcome: results by the functions' names. Where one of them failed
 * the item has failed, with the first error, and what the others said stays beside it. Words of receipts begin with
 * the function's name: `labels.path`.
 */
export const together = (said: SaidTogether): Outcome<unknown> => {
  const results = Object.fromEntries(
    said.flatMap(([name, outcome]) => ('results' in outcome ? [[name, outcome.results]] : [])),
  );
  const receipt = receiptOf(said);
  const [failed] = said.flatMap(([name, outcome]) =>
    'error' in outcome ? [{ ...outcome.error, message: `${name}: ${outcome.error.message}` }] : [],
  );
  return {
    ...(failed === undefined
      ? { results }
      : { ...(Object.keys(results).length > 0 && { results }), error: failed }),
    ...(Object.keys(receipt).length > 0 && { receipt }),
  };
};
