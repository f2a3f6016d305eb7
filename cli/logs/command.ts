import { Option } from 'commander';
import type { AddCommand } from '../command.ts';
import { awsOptions, numberOption } from '../options.ts';
import type { LogsArguments } from './run.ts';

const DESCRIPTION = `Print a tree from the logs of a deployed function: one line for each
invocation, below its parent, with its items, time, failures by name and its own
request id. Summaries, problems and HTTP answers name the root's request id.`;

const HELP = `
Examples:
  droste logs 5b0c4c3e-… --function droste-classify
  droste logs 5b0c4c3e-… -f droste-classify --since 72 --json | jq .errors

Exit codes:
  0    it was found
  1    nothing of it was
  2    the command line is wrong, or the logs cannot be read`;

const DAY = 24;
/** Ten years: longer than CloudWatch is asked to keep anything here. */
const MOST_HOURS = 87_600;

/** `droste logs <id>` */
export const logsCommand: AddCommand = (program, { terminal, finish }) => {
  const command = program
    .command('logs')
    .summary('print a tree from the logs of a deployed function')
    .description(DESCRIPTION)
    .argument('<id>', "the root's request id")
    .addOption(
      new Option('-f, --function <name>', 'the function (name, name:alias or ARN)').makeOptionMandatory(),
    )
    .addOption(numberOption('--since <hours>', 'how far back', MOST_HOURS).default(DAY));
  for (const option of awsOptions()) command.addOption(option);
  command
    .option('--json', 'print NDJSON: the lines as the functions wrote them', false)
    .addHelpText('after', HELP)
    .action(async (id: string, args: LogsArguments) => {
      const { runLogs } = await import('./run.ts');
      finish(await runLogs(id, args, terminal));
    });
};
