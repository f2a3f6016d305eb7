import { Command, CommanderError } from 'commander';
import { ConfigurationError, DrosteError, InvalidRequestError } from '../platform/index.ts';
import { type AddCommand, type ExitCode, exitCodes } from './command.ts';
import { applyConfiguration } from './configuration.ts';
import { version } from './installation.ts';
import { isReaderGone, type Output, type Terminal } from './terminal.ts';

const DESCRIPTION = `Work over pictures by a Lambda function that calls itself.

Everything runs on this machine unless --function names a deployed one: a local
host stands in for AWS. It runs the same function, called the same way, in
processes. No account, no Docker.`;

const EXAMPLES = `
Examples:
  droste classify                   the sample pictures
  droste classify photos/ --top 1   every picture under a folder
  droste classify photos/ --json    results as NDJSON
  droste thumbnail photos/ --size 75 --out thumbs/
  droste model pull squeezenet1.1-7 a real classifier, from the catalogue
  droste plan 1000000 --slots 1000  what a batch will take, before it runs
  droste local                      Lambda's Invoke API, until Ctrl-C

Defaults of a project: droste.config.json, {"classify": {"top": 1}}, in its folder.
"droste help <command>" says more.`;

/** Paragraphs are broken by the terminal's width, not by that of the source; a list in them stays as it is. */
const flowing = (text: string): string =>
  /\n[ \t]/.test(text) ? text : text.replaceAll(/(?<=\S)\n(?=\S)/g, ' ');

const createProgram = (terminal: Terminal): Command =>
  new Command('droste')
    .description(DESCRIPTION)
    .version(version, '-V, --version', 'print the version')
    .helpOption('-h, --help', 'print this help')
    .helpCommand('help [command]', 'print the help of a command')
    .addHelpText('after', EXAMPLES)
    .configureHelp({ commandDescription: (command) => flowing(command.description()) })
    .showHelpAfterError('(--help says more)')
    .configureOutput({
      writeOut: (text) => void terminal.stdout.write(text),
      writeErr: (text) => void terminal.stderr.write(text),
    })
    .exitOverride();

/** Whether nothing was started: what the command line names is wrong, or a setting is. */
const isUsage = (error: unknown): boolean =>
  error instanceof InvalidRequestError || error instanceof ConfigurationError;

/** What the system refuses says itself what and where; of all else the stack tells those who can mend it. */
const describeUnexpected = (error: unknown): string => {
  if (!(error instanceof Error)) return String(error);
  return 'syscall' in error ? error.message : (error.stack ?? error.message);
};

const report = (error: unknown, terminal: Terminal): ExitCode => {
  // the parser has said it already; its own code for wrong usage is 1
  if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.done : exitCodes.usage;
  if (isUsage(error)) {
    terminal.stderr.write(`error: ${(error as Error).message}\n`);
    return exitCodes.usage;
  }
  const text = error instanceof DrosteError ? `${error.name}: ${error.message}` : describeUnexpected(error);
  terminal.stderr.write(`error: ${text}\n`);
  return exitCodes.failed;
};

/** Watches a stream: what is told at the end is why not all of it could be written, if it could not. */
const watchWrites = (stream: Output): (() => Promise<Error | undefined>) => {
  let failure: Error | undefined;
  const note = (error: Error | null | undefined): void => {
    if (error && !isReaderGone(error)) failure ??= error;
  };
  stream.on('error', note);
  return async () => {
    // called once all before it is written, or could not be
    if (!stream.destroyed) await new Promise<void>((resolve) => stream.write('', () => resolve()));
    return failure;
  };
};

/**
 * Runs the command line.
 *
 * @param args without the interpreter and the script
 * @returns the exit code; whatever goes wrong is said on stderr, nothing is thrown. Output that could not be written
 *   is a failure, except where its reader is gone
 */
export const runProgram = async (
  args: readonly string[],
  commands: readonly AddCommand[],
  terminal: Terminal,
): Promise<ExitCode> => {
  const { stdout, stderr } = terminal;
  const written = watchWrites(stdout);
  const said = watchWrites(stderr);
  const program = createProgram(terminal);
  let code: ExitCode = exitCodes.done;
  for (const add of commands) {
    add(program, {
      terminal,
      finish: (stated) => {
        code = stated;
      },
    });
  }
  program.hook('preAction', (_, command) => applyConfiguration(program, command, terminal));
  try {
    await program.parseAsync([...args], { from: 'user' });
  } catch (error) {
    code = report(error, terminal);
  }
  const unwritten = await written();
  if (unwritten !== undefined) {
    stderr.write(`error: standard output: expected to write all of it, received ${unwritten.message}\n`);
  }
  const unsaid = await said();
  return (unwritten ?? unsaid) !== undefined && code === exitCodes.done ? exitCodes.failed : code;
};
