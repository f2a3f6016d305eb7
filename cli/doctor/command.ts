import { Option } from 'commander';
import { type AddCommand, exitCodes } from '../command.ts';
import { type AwsArguments, awsOptions } from '../options.ts';

const DESCRIPTION = `Check what the command needs on this machine, and with --function what a
deployed function needs. What is wrong is said with its remedy; what could not be
checked is said, too. Nothing is changed, and no picture is sent.`;

const HELP = `
Exit codes:
  0    nothing is wrong, as far as it could be checked
  1    something is`;

/** `droste doctor` */
export const doctorCommand: AddCommand = (program, { terminal, finish }) => {
  const command = program
    .command('doctor')
    .summary('check this machine, and a deployed function')
    .description(DESCRIPTION)
    .addOption(
      new Option('-f, --function <name>', 'check a deployed function, too (name, name:alias or ARN)'),
    );
  for (const option of awsOptions(', with --function')) command.addOption(option);
  command
    .option('--json', 'print NDJSON: {check, state, found, remedy}')
    .addHelpText('after', HELP)
    .action(async (args: AwsArguments & { readonly function?: string; readonly json?: boolean }) => {
      const { examine } = await import('./examine.ts');
      finish((await examine(args, terminal)) ? exitCodes.done : exitCodes.failed);
    });
};
