import { readFileSync, statSync } from 'node:fs';
import { basename, resolve } from 'node:path';
import { InvalidRequestError, messageOf, type WireError } from '../../platform/index.ts';
import type { Run } from '../../view/index.ts';
import { type ExitCode, exitCodes } from '../command.ts';
import { formatCount } from '../output/amounts.ts';
import type { Terminal } from '../terminal.ts';
import { keepTree } from './keep-tree.ts';
import { PREVIEW_CAP, withPreviews } from './previews.ts';
import { answersOf, type KeptResults, readResults } from './read-results.ts';
import { placeOf, writeReport } from './record.ts';
import { itemOf, noCounts } from './run-of.ts';
import { readTruth } from './truth.ts';

const said = ({ name, message }: WireError): string => `${name}: ${message}`;

/** What is known of the run: of its trees, where replies tell of them with receipts, else nothing. */
const runOf = ({ trees, stopped }: KeptResults, title: string, writtenMs: number): Omit<Run, 'items'> => {
  const spans = trees.flatMap(({ summary }) => (summary.receipts ?? []).map(({ span }) => span));
  if (spans.length === 0) {
    return {
      ...{ title, startedMs: writtenMs, elapsedMs: 0, counts: noCounts },
      roots: stopped ? [stopped.rootRequestId] : [],
      facts: stopped ? [['stopped by', said(stopped.error)]] : [],
      ...{ invocations: [], previewCap: PREVIEW_CAP },
    };
  }
  const startedMs = spans.reduce((least, [start]) => Math.min(least, start), Number.POSITIVE_INFINITY);
  const endedMs = spans.reduce((most, [, end]) => Math.max(most, end), startedMs);
  const tree = keepTree({ title, where: '', startedMs });
  tree.add(trees);
  return tree.run(endedMs - startedMs);
};

/**
 * Draws results from a file; with their tree, where they are a reply with receipts.
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
  let writtenMs: number;
  try {
    text = readFileSync(resolve(cwd, results), 'utf8');
    writtenMs = Math.round(statSync(resolve(cwd, results)).mtimeMs);
  } catch (cause) {
    throw new InvalidRequestError(`Expected a file of results that can be read: ${messageOf(cause)}`, {
      cause,
    });
  }
  const kept = readResults(text, results);
  const { pictures, stopped } = kept;
  const run = runOf(kept, `droste report ${basename(results)}`, writtenMs);
  // without a tree, nothing is known of when steps were
  const startedMs = run.elapsedMs > 0 ? run.startedMs : 0;
  const items = pictures.map(({ name, reference, outcome }) => ({
    item: itemOf(name, outcome, answersOf(outcome), { truth: truthOf(name), startedMs, reference }),
    reference,
  }));
  await writeReport(target, { ...run, items: await withPreviews(items) });
  const until = stopped ? `, then it was stopped by ${said(stopped.error)}` : '';
  terminal.stderr.write(`${out}: ${formatCount(pictures.length, 'picture')}${until}\n`);
  return exitCodes.done;
};
