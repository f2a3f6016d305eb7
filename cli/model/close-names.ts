/** Insertions, deletions and replacements between two texts (Levenshtein), row by row. */
const distance = (a: string, b: string): number => {
  let row = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (const [line, letter] of [...a].entries()) {
    const next = [line + 1];
    for (let column = 1; column <= b.length; column++) {
      const replaced = (row[column - 1] ?? 0) + (b[column - 1] === letter ? 0 : 1);
      next.push(Math.min(replaced, (row[column] ?? 0) + 1, (next[column - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row.at(-1) ?? 0;
};

/** Names shown at most. */
const MOST = 5;

/** Letters that may differ, per letter of the name: one in three is still a typing error. */
const TOLERANCE = 1 / 3;

/** Names that somebody may have meant who typed `name`: those that begin with it or are nearly it, nearest first. */
export const closeNames = (name: string, names: readonly string[]): readonly string[] => {
  const typed = name.toLowerCase();
  if (typed === '') return [];
  return names
    .map((candidate) => ({ candidate, apart: distance(typed, candidate.toLowerCase()) }))
    .filter(
      ({ candidate, apart }) =>
        candidate.toLowerCase().startsWith(typed) || apart <= Math.floor(typed.length * TOLERANCE),
    )
    .sort((one, other) => one.apart - other.apart)
    .slice(0, MOST)
    .map(({ candidate }) => candidate);
};
