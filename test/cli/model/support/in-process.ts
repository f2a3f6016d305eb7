import { Writable } from 'node:stream';
import { classifyCommand } from '../../../../cli/classify/command.ts';
import { localCommand } from '../../../../cli/local/command.ts';
import { modelCommand } from '../../../../cli/model/command.ts';
import { runProgram } from '../../../../cli/program.ts';
import type { Terminal } from '../../../../cli/terminal.ts';

/** Runs a command line in this process: for what starts nothing, and is said at once. */
export const runHere = async (args: readonly string[], env: Readonly<Record<string, string>>) => {
  const written = { stdout: '', stderr: '' };
  const streamTo = (name: keyof typeof written) =>
    new Writable({
      write: (chunk: Buffer, _encoding, done) => {
        written[name] += chunk;
        done();
      },
    });
  const { stdin, cwd, on, off, exit } = process;
  const terminal = {
    ...{ stdin, cwd, on, off, exit, env },
    stdout: streamTo('stdout'),
    stderr: streamTo('stderr'),
  } as unknown as Terminal;
  const code = await runProgram(args, [classifyCommand, localCommand, modelCommand], terminal);
  return { code, ...written };
};
