import { closeSync, existsSync, openSync, readFileSync, statSync, writeSync } from 'node:fs';
import * as z from 'zod';
import { describeReference } from '../../images/index.ts';
import { InvalidRequestError, messageOf, parseJson } from '../../platform/index.ts';
import type { Picture } from '../inputs/picture.ts';
import type { Answer, ResultWriter } from '../output/format.ts';
import { answerObject } from '../output/json.ts';
import { replaceFile } from '../output/replace-file.ts';
import { writeWhole } from '../terminal.ts';

/** The results of a batch in a file, one JSON object a line, that several runs complete. */
export interface ResultsFile extends ResultWriter {
  /** The results that a picture has there. */
  resultsOf(picture: Picture): { readonly results: unknown } | undefined;
  /** Whether no results were there. */
  readonly isEmpty: boolean;
  /** Lines that were there and are no answers: one that was cut, say. */
  readonly unreadable: number;
  /** Brings the file into the order of the pictures, with one line for each; lines of other pictures follow. */
  complete(pictures: readonly Picture[]): void;
  close(): void;
}

const line = z.looseObject({ image: z.string(), results: z.unknown().optional() });

const parse = (text: string): z.output<typeof line> | undefined => line.safeParse(parseJson(text)).data;

/** Where one of several functions failed, what the others said lies beside the error. */
const isDone = (answer: object): boolean => 'results' in answer && !('error' in answer);

const read = (path: string): string => {
  try {
    // a device would be read for ever
    return existsSync(path) && statSync(path).isFile() ? readFileSync(path, 'utf8') : '';
  } catch (cause) {
    throw new InvalidRequestError(
      `--resume: expected a file of results that can be read: ${messageOf(cause)}`,
      { cause },
    );
  }
};

/** What a picture's line is found by. Data URIs are shown in short, and could be taken for each other. */
const keyOf = ({ reference }: Picture): string | undefined =>
  reference.startsWith('data:') ? undefined : describeReference(reference);

/**
 * Opens a file of results, which is made where there is none. What is written is added at its end at once, so that
 * nothing is lost whatever ends the run.
 *
 * @param onFailure called once, when the file takes nothing any more: a full disk
 * @throws InvalidRequestError for a file that cannot be read or written
 */
export const openResultsFile = (path: string, onFailure: (failure: Error) => void): ResultsFile => {
  const before = read(path);
  const texts = before.split('\n').filter((text) => text !== '');
  const lines = new Map<string, string>();
  const done = new Set<string>();
  let unreadable = 0;
  for (const text of texts) {
    const answer = parse(text);
    if (answer === undefined) unreadable += 1;
    // a failure does not take the place of results
    else if (isDone(answer) || !done.has(answer.image)) lines.set(answer.image, text);
    if (answer !== undefined && isDone(answer)) done.add(answer.image);
  }
  if (unreadable > texts.length / 2 && !existsSync(`${path}.run`)) {
    throw new InvalidRequestError(
      `--resume: expected a file of results, one JSON object a line, received ${path}, most of whose lines are none`,
    );
  }
  let fd: number;
  try {
    fd = openSync(path, 'a');
  } catch (cause) {
    throw new InvalidRequestError(`--resume: expected a file that can be written: ${messageOf(cause)}`, {
      cause,
    });
  }
  if (before !== '' && !before.endsWith('\n')) writeSync(fd, '\n');
  let isBroken = false;
  return {
    isEmpty: done.size === 0,
    unreadable,
    resultsOf: (picture) => {
      const key = keyOf(picture) ?? '';
      const answer = done.has(key) ? parse(lines.get(key) ?? '') : undefined;
      return answer && { results: answer.results };
    },
    write: (answer: Answer) => {
      if (isBroken) return;
      const text = JSON.stringify(answerObject(answer));
      lines.set(keyOf(answer.picture) ?? text, text);
      try {
        writeWhole(fd, Buffer.from(`${text}\n`));
      } catch (cause) {
        isBroken = true;
        onFailure(
          new Error(`${path}: expected to write all results, received ${(cause as Error).message}`, {
            cause,
          }),
        );
      }
    },
    end: () => {},
    complete: (pictures) => {
      if (isBroken || !statSync(path).isFile()) return;
      const wanted = new Set(pictures.flatMap((picture) => keyOf(picture) ?? []));
      const order = [...wanted, ...[...lines.keys()].filter((key) => !wanted.has(key))];
      const text = order.flatMap((key) => lines.get(key) ?? []).map((each) => `${each}\n`);
      replaceFile(path, text.join(''));
    },
    close: () => closeSync(fd),
  };
};
