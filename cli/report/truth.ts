import { readFileSync } from 'node:fs';
import { basename, dirname, resolve } from 'node:path';
import { InvalidRequestError, messageOf, quote } from '../../platform/index.ts';

/** The class that a picture should have, by its name as it was typed; undefined where that is not known. */
export type TruthOf = (name: string) => string | undefined;

/** The fields of a line of CSV (RFC 4180, without line breaks in quotes). */
const fieldsOf = (line: string): readonly string[] =>
  [...line.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^,]*))/g)].map(([, quoted, plain]) =>
    (quoted === undefined ? (plain ?? '') : quoted.replaceAll('""', '"')).trim(),
  );

const readLabels = (path: string, given: string): ReadonlyMap<string, string> => {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (cause) {
    throw new InvalidRequestError(
      `--truth: expected "folder" or a CSV file that can be read: ${messageOf(cause)}`,
      {
        cause,
      },
    );
  }
  const rows = text.split(/\r?\n/).flatMap((line, index) => {
    if (line.trim() === '') return [];
    const [picture = '', label = ''] = fieldsOf(line);
    if (picture !== '' && label !== '') return [[picture, label] as const];
    const where = `${given}:${index + 1}`;
    throw new InvalidRequestError(`--truth: ${where}: expected picture,class, received ${quote(line)}`);
  });
  return new Map(rows);
};

/**
 * Reads what pictures are, as `--truth` says it.
 *
 * @param given `folder`: the name of the folder a picture lies in; else a CSV file of `picture,class`, where a picture
 *   is a path as it was typed, or a file's name
 * @throws InvalidRequestError for a file that cannot be read, or has other lines
 */
export const readTruth = (given: string | undefined, cwd: string): TruthOf => {
  if (given === undefined) return () => undefined;
  if (given === 'folder') return (name) => basename(dirname(resolve(cwd, name)));
  const labels = readLabels(resolve(cwd, given), given);
  return (name) => labels.get(name) ?? labels.get(basename(name));
};
