/** A word as one would type it in a POSIX shell: quoted where it has to be. */
export const shellWord = (word: string | number): string => {
  const text = String(word);
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
};
