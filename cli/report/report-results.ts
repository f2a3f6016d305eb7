import { readFileSync, statSync } from 'node:fs';
import { basename, resolve } from 'node:path';
import * as z from 'zod';
import type { Outcome } from '../../engine/index.ts';
import { InvalidRequestError, messageOf, quote } from '../../platform/index.ts';
import { type ExitCode, exitCodes } from '../command.ts';
import { formatCount } from '../output/amounts.ts';
import { tagsShape } from '../output/tags.ts';
import type { Terminal } from '../terminal.ts';
import { PREVIEW_CAP, type Previewed, withPreviews } from './previews.ts';
import { placeOf, writeReport } from './record.ts';
import { itemOf, noCounts } from './run-of.ts';
import { readTruth, type TruthOf } from './truth.ts';

const receipt = z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])).optional();
const named = { image: z.string(), path: z.string().optional(), receipt };
const line = z.union([
  z.object({ ...named, error: z.object({ name: z.string(), message: z.string() }) }),
  z.object({ ...named, results: z.unknown().refine((results) => results !== undefined) }),
]);

/** What the tags of one model are called: its name is not in its results. */
const shape = tagsShape('tags', 'tags');

const pictureOf = (text: string, where: string, truthOf: TruthOf): Previewed => {
  let read: z.output<typeof line>;
  try {
    read = line.parse(JSON.parse(text));
  } catch (cause) {
    const received = quote(text);
    throw new InvalidRequestError(`${where}: expected a result as JSON, received ${received}`, { cause });
  }
  const { image, path: name = image, ...outcome } = read;
  const answers = 'results' in outcome ? (shape.answers?.(outcome.results) ?? []) : [];
  const item = itemOf(name, outcome as Outcome<unknown>, answers, { truth: truthOf(name) });
  return { item, reference: image };
};

/**
 * Draws results from a file, without a tree.
 *
 * @throws InvalidRequestError for files that cannot be read or written, and for lines that are no results
 */
export const reportResults = async (
  { results, out, truth }: { readonly results: string; readonly out: string; readonly truth?: string },
  terminal: Terminal,
): Promise<ExitCode> => {
  const cwd = terminal.cwd();
  const target = placeOf('out', out, cwd);
  if (target === resolve(cwd, results)) {
    throw new InvalidRequestError(`--out: expected another file than that of the results, received ${out}`);
  }
  const truthOf = readTruth(truth, cwd);
  let text: string;
  let startedMs: number;
  try {
    text = readFileSync(resolve(cwd, results), 'utf8');
    startedMs = Math.round(statSync(resolve(cwd, results)).mtimeMs);
  } catch (cause) {
    throw new InvalidRequestError(`Expected a file of results that can be read: ${messageOf(cause)}`, {
      cause,
    });
  }
  const pictures = text
    .split('\n')
    .flatMap((each, index) =>
      each.trim() === '' ? [] : [pictureOf(each, `${results}:${index + 1}`, truthOf)],
    );
  await writeReport(target, {
    title: `droste report ${basename(results)}`,
    ...{ startedMs, elapsedMs: 0, roots: [], facts: [], counts: noCounts, invocations: [] },
    items: await withPreviews(pictures),
    previewCap: PREVIEW_CAP,
  });
  terminal.stderr.write(`${out}: ${formatCount(pictures.length, 'picture')}\n`);
  return exitCodes.done;
};
