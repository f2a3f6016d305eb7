import type { AddCommand } from '../command.ts';
import { listOption } from '../options.ts';
import { addPictureOptions, exitCodesHelp, inputsHelp, readPictureArguments } from './options.ts';

const DESCRIPTION = `Run any function over pictures, by its name in functions/.

${inputsHelp}`;

const HELP = `
Examples:
  droste run classify photos/ -O topK=3 -O minConfidence=0.5
  droste run thumbnail photo.jpg -O size=75 --json
  droste run orchestrate photos/ -O labels=classify --report run.html \\
    -O 'thumbs={"function": "thumbnail", "options": {"size": 75}}'

${exitCodesHelp}`;

/** `droste run <function> <inputs…>`: for functions that have no command of their own, and all others. */
export const runCommand: AddCommand = (program, { terminal, finish }) => {
  const command = program
    .command('run')
    .summary('run any function over pictures')
    .description(DESCRIPTION)
    .argument('<function>', 'its name')
    .argument('<inputs...>', 'files, folders, patterns, URLs, @lists, -')
    .addOption(
      listOption(
        '-O, --option <name=value>',
        'an option of the function (of orchestrate: a function); may be given several times',
      ),
    );
  addPictureOptions(command)
    .addHelpText('after', HELP)
    .action(
      async (
        name: string,
        inputs: readonly string[],
        { option = [] }: { readonly option?: readonly string[] },
      ) => {
        const args = readPictureArguments(command, inputs, []);
        const { runFunction } = await import('./run-function.ts');
        finish(await runFunction(name, option, args, terminal));
      },
    );
};
