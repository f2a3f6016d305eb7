import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Command } from 'commander';
import { ConfigurationError, isRecord, quote } from '../platform/index.ts';
import type { Terminal } from './terminal.ts';

/** The defaults of a project, in its folder or one above: options by command, as they are typed without dashes. */
const CONFIGURATION_FILE = 'droste.config.json';

/** The nearest file, from a folder upwards. */
const findFile = (folder: string): string | undefined => {
  const path = join(folder, CONFIGURATION_FILE);
  if (existsSync(path)) return path;
  return dirname(folder) === folder ? undefined : findFile(dirname(folder));
};

const read = (path: string): Readonly<Record<string, unknown>> => {
  try {
    const content: unknown = JSON.parse(readFileSync(path, 'utf8'));
    if (isRecord(content)) return content;
  } catch (cause) {
    throw new ConfigurationError(`${path}: expected JSON: ${(cause as Error).message}`, { cause });
  }
  throw new ConfigurationError(`${path}: expected an object of commands, as in {"classify": {"top": 1}}`);
};

/** One option's value as the command line would have it: the option's own checks are made of the text. */
const applyOption = (command: Command, name: string, value: unknown, where: string): void => {
  const option = command.options.find(({ long }) => long === `--${name}`);
  if (option === undefined) {
    throw new ConfigurationError(
      `${where}: expected an option of "droste ${command.name()}", received ${name}`,
    );
  }
  const key = option.attributeName();
  // what is typed wins
  if (command.getOptionValueSource(key) === 'cli') return;
  if (
    option.isBoolean() ? typeof value !== 'boolean' : !['string', 'number', 'object'].includes(typeof value)
  ) {
    throw new ConfigurationError(
      `${where}: expected ${option.isBoolean() ? 'true or false' : 'text, a number or a list'} for ${name}, received ${quote(value)}`,
    );
  }
  if (option.isBoolean()) {
    command.setOptionValueWithSource(key, value === true ? true : undefined, 'config');
    return;
  }
  try {
    let parsed: unknown;
    for (const each of [value].flat())
      parsed = option.parseArg ? option.parseArg(String(each), parsed) : String(each);
    command.setOptionValueWithSource(key, parsed, 'config');
  } catch (cause) {
    const why = (cause as Error).message;
    throw new ConfigurationError(`${where}: ${name}: ${why} Received ${JSON.stringify(value)}.`, { cause });
  }
};

/**
 * Gives a command the defaults of the project: `{"classify": {"model": "squeezenet1.1-7", "top": 1}}`.
 *
 * @throws ConfigurationError for a file that is malformed, or names an option or a value that does not exist
 */
export const applyConfiguration = (program: Command, command: Command, terminal: Terminal): void => {
  const path = findFile(terminal.cwd());
  if (path === undefined) return;
  const content = read(path);
  const names = program.commands.map((each) => each.name());
  const unknown = Object.keys(content).find((name) => !names.includes(name));
  if (unknown !== undefined) {
    throw new ConfigurationError(
      `${path}: expected commands (${names.join(', ')}), received ${quote(unknown)}`,
    );
  }
  const options = content[command.name()] ?? {};
  if (!isRecord(options)) {
    throw new ConfigurationError(`${path}: expected an object of options for ${command.name()}`);
  }
  for (const [name, value] of Object.entries(options)) applyOption(command, name, value, path);
};
