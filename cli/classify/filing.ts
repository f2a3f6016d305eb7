import { once } from 'node:events';
import { constants, type Stats } from 'node:fs';
import { copyFile, link, lstat, mkdir, readFile, stat, unlink } from 'node:fs/promises';
import { basename, extname, join, resolve } from 'node:path';
import { createInterface } from 'node:readline/promises';
import { fileURLToPath } from 'node:url';
import { InvalidRequestError } from '../../platform/index.ts';
import { formatCount } from '../output/amounts.ts';
import type { ResultShape } from '../output/format.ts';
import { bestTag } from '../output/grouped.ts';
import { onOneLine } from '../output/text.ts';
import type { Afterwards } from '../run/picture-run.ts';
import type { Terminal } from '../terminal.ts';

/** Where pictures go by their best tag. */
export interface FilingArguments {
  readonly copyTo?: string;
  readonly moveTo?: string;
  /** Do it without asking. */
  readonly yes?: boolean;
}

/** A picture's file and the folder it belongs into. */
interface Placement {
  readonly from: string;
  readonly folder: string;
}

const MAX_FOLDER_NAME = 80;

const isFiller = (character: string): boolean => character === '.' || character === ' ';

/** A label as the name of one folder, on any file system: labels come with models, and may say `../..`. */
export const folderNameOf = (label: string): string => {
  const name = onOneLine(label.normalize('NFC')).replaceAll(/[/\\:*?"<>|]/g, '-');
  const characters = [...name].slice(0, MAX_FOLDER_NAME);
  const first = characters.findIndex((character) => !isFiller(character));
  const last = characters.findLastIndex((character) => !isFiller(character));
  return first < 0 ? 'unnamed' : characters.slice(first, last + 1).join('');
};

const unlessMissing = (error: NodeJS.ErrnoException): undefined => {
  if (error.code !== 'ENOENT') throw error;
};

const isSame = async (a: string, b: string, [one, other]: readonly [Stats, Stats]): Promise<boolean> =>
  one.size === other.size && (await readFile(a)).equals(await readFile(b));

const errorCode = (error: unknown): string => String((error as NodeJS.ErrnoException).code);

const copy = (from: string, to: string): Promise<void> => copyFile(from, to, constants.COPYFILE_EXCL);

/** Unlike a rename, a link takes no other's place. Where the file system has none, or is another one, it is a copy. */
const move = async (from: string, to: string): Promise<void> => {
  // a link that is relative leads elsewhere from another folder
  if ((await lstat(from)).isSymbolicLink()) await copy(from, to);
  else {
    await link(from, to).catch((error) => {
      if (errorCode(error) === 'EEXIST') throw error;
      return copy(from, to);
    });
  }
  await unlink(from).catch(async (error) => {
    await unlink(to);
    throw error;
  });
};

/**
 * Puts a file under its name, or beside another of that name as `name-2.jpg`; nothing is written over. A file that is
 * there already, byte for byte, is not put again.
 *
 * @returns whether it was put
 */
export const putBeside = async (
  from: string,
  folder: string,
  put: (from: string, to: string) => Promise<void>,
): Promise<boolean> => {
  await mkdir(folder, { recursive: true });
  const extension = extname(from);
  const stem = basename(from, extension);
  for (let copies = 1; ; copies += 1) {
    const to = join(folder, copies === 1 ? `${stem}${extension}` : `${stem}-${copies}${extension}`);
    const there = await stat(to).catch(unlessMissing);
    if (there !== undefined) {
      const own = await stat(from);
      if (own.ino === there.ino && own.dev === there.dev) return false;
      if (await isSame(from, to, [own, there])) return false;
      continue;
    }
    try {
      await put(from, to);
      return true;
    } catch (error) {
      if (errorCode(error) !== 'EEXIST') throw error;
    }
  }
};

const SHOWN_FOLDERS = 8;

const planOf = (placements: readonly Placement[], into: string, verb: string): string => {
  const counts = new Map<string, number>();
  for (const { folder } of placements) counts.set(folder, (counts.get(folder) ?? 0) + 1);
  const largest = [...counts].sort(([, a], [, b]) => b - a).slice(0, SHOWN_FOLDERS);
  const more = counts.size > SHOWN_FOLDERS ? ', …' : '';
  return (
    `${into}: ${verb} ${formatCount(placements.length, 'picture')} into ${formatCount(counts.size, 'folder')}` +
    ` (${largest.map(([name, count]) => `${name} ${count}`).join(', ')}${more})`
  );
};

const isAgreed = async (question: string, { stdin, stderr }: Terminal): Promise<boolean> => {
  const lines = createInterface({ input: stdin, output: stderr });
  try {
    // Ctrl-C and the end of the input close it without an answer
    const closed = once(lines, 'close').then(() => 'no');
    const asked = lines.question(`${question}? [y/N] `).catch(() => 'no');
    return /^y(es)?$/i.test((await Promise.race([asked, closed])).trim());
  } finally {
    lines.close();
  }
};

/**
 * Puts the pictures of a run into folders by their best tag, once all answers are there; undefined where none is asked for. Nothing is touched before the end of the run, and then
 * only with `--yes`, or when the person at the terminal agrees to what is said.
 *
 * @throws InvalidRequestError where both ways are asked for
 */
export const openFiling = (
  { copyTo, moveTo, yes = false }: FilingArguments,
  shape: ResultShape,
  terminal: Terminal,
): Afterwards | undefined => {
  if (copyTo !== undefined && moveTo !== undefined) {
    throw new InvalidRequestError('--copy-to, --move-to: expected one of them, received both');
  }
  const into = copyTo ?? moveTo;
  if (into === undefined) {
    if (yes) throw new InvalidRequestError('--yes answers for --copy-to and --move-to: expected one of them');
    return undefined;
  }
  const verb = copyTo === undefined ? 'move' : 'copy';
  const put = copyTo === undefined ? move : copy;
  const root = resolve(terminal.cwd(), into);
  const placements: Placement[] = [];
  let staying = 0;
  return {
    answer: ({ picture: { reference }, outcome }) => {
      const tag = 'results' in outcome ? bestTag(outcome.results, shape) : undefined;
      if (tag === undefined || !reference.startsWith('file:')) staying += 1;
      else placements.push({ from: fileURLToPath(reference), folder: folderNameOf(tag) });
    },
    finish: async (say, isComplete, signal) => {
      if (staying > 0) {
        say(
          `${into}: ${formatCount(staying, 'picture')} left where they are: no tag, failed, or no files here`,
        );
      }
      if (placements.length === 0) return true;
      const plan = planOf(placements, into, verb);
      if (!isComplete) {
        say(`${plan}: not done, because the run did not end`);
        return false;
      }
      if (!yes && !terminal.stdin.isTTY) {
        say(`${plan}: not done; --yes does it`);
        return true;
      }
      if (yes) say(plan);
      else if (!(await isAgreed(plan, terminal))) return true;
      let done = 0;
      let failed = 0;
      let there = 0;
      for (const { from, folder } of placements) {
        if (signal.aborted) break;
        try {
          if (await putBeside(from, join(root, folder), put)) done += 1;
          else there += 1;
        } catch (error) {
          failed += 1;
          say(
            `error: ${from}: expected to ${verb} it into ${join(into, folder)}: ${(error as Error).message}`,
          );
        }
      }
      const counts = [
        `${formatCount(done, 'picture')} put there`,
        ...(there > 0 ? [`${there} there already`] : []),
        ...(signal.aborted ? [`${placements.length - done - there - failed} left`] : []),
      ];
      say(`${into}: ${counts.join(', ')}`);
      return failed === 0 && !signal.aborted;
    },
  };
};
