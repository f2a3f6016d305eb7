import Table from 'cli-table3';
import { type ExitCode, exitCodes } from '../exit-codes.ts';
import { withoutTrailingSpaces } from '../output/cut.ts';
import { paintFor } from '../output/paint.ts';
import type { Terminal } from '../terminal.ts';
import { formatBytes } from './bytes.ts';
import { type ListedModel, listModels } from './inventory.ts';
import { modelsDirectoryOf } from './models-directory.ts';

/** All the lines cli-table3 would draw. */
const lines = [
  ...['top', 'top-mid', 'top-left', 'top-right', 'bottom', 'bottom-mid', 'bottom-left', 'bottom-right'],
  ...['left', 'left-mid', 'mid', 'mid-mid', 'right', 'right-mid', 'middle'],
];

const NOTE = 'droste model pull <name> gets one; also any Hugging Face repository: owner/name';

const tableOf = (models: readonly ListedModel[], bold: (text: string) => string): string => {
  const table = new Table({
    head: ['model', 'size', 'licence', 'here'].map(bold),
    colAligns: ['left', 'right', 'left', 'left'],
    chars: Object.fromEntries(lines.map((line) => [line, ''])),
    style: { head: [], border: [], 'padding-left': 0, 'padding-right': 2, compact: true },
  });
  for (const { name, bytes, licence, here } of models) {
    table.push([name, formatBytes(bytes), licence ?? 'not stated', here ? 'yes' : 'no']);
  }
  return `${withoutTrailingSpaces(table.toString())}\n`;
};

/** `droste model list`: a table, or an object a line. */
export const runList = async (
  { json }: { readonly json: boolean },
  terminal: Terminal,
): Promise<ExitCode> => {
  const { stdout, stderr, env } = terminal;
  const models = await listModels(modelsDirectoryOf(env));
  if (json) {
    stdout.write(models.map((model) => `${JSON.stringify(model)}\n`).join(''));
    return exitCodes.done;
  }
  const paint = paintFor(stdout, env);
  stdout.write(tableOf(models, (text) => paint('bold', text)));
  stderr.write(`\n${NOTE}\n`);
  return exitCodes.done;
};
