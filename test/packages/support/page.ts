import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { root } from './workshop.ts';

/** A step of a page: a file to write, or a command to run. */
export type Step =
  | { readonly kind: 'file'; readonly name: string; readonly text: string }
  | { readonly kind: 'command'; readonly line: string };

/** Reads the fenced blocks of a page: those with a name after their language are files, `sh` is commands. */
export const stepsOf = async (page: string): Promise<readonly Step[]> => {
  const text = await readFile(join(root, page), 'utf8');
  return [...text.matchAll(/^```(\w+) ?(\S*)\n([\s\S]*?)^```$/gm)].flatMap(
    ([, language, name = '', body = '']): readonly Step[] => {
      if (name !== '') return [{ kind: 'file', name, text: body }];
      if (language !== 'sh') return [];
      return body
        .trimEnd()
        .split('\n')
        .map((line) => ({ kind: 'command', line }));
    },
  );
};
