import { Option } from 'commander';
import type { AddCommand } from '../command.ts';
import { awsOptions, numberOption, wholeNumber } from '../options.ts';
import type { PruneArguments } from './run.ts';

const DESCRIPTION = `Remove versions of a deployed function that nothing needs any more, and models of
its deploys that no version names. A version stays that an alias leads to (be it for
a share of the calls), that is one of the newest, that was published of late, or that
has run of late: of that its log tells. A model stays that a version names which
stays, or that was put of late; models that were pushed all stay.`;

const HELP = `
Examples:
  droste prune -f droste-classify --dry-run
  droste prune -f droste-classify --keep 5 --days 30

It takes lambda:ListVersionsByFunction, lambda:ListAliases, logs:DescribeLogGroups,
logs:DescribeLogStreams, s3:ListBucket; and to remove: lambda:DeleteFunction,
s3:DeleteObject.

Exit codes:
  0    done, or nothing to do
  2    the command line is wrong, or AWS refused`;

/** Results of batches, and with them jobs that a version may be called for, are kept for a week. */
const LEAST_DAYS = 8;
const MOST_DAYS = 3_650;
const MOST_KEPT = 1_000;

/** `droste prune` */
export const pruneCommand: AddCommand = (program, { terminal, finish }) => {
  const command = program
    .command('prune')
    .summary('remove versions and models that nothing needs any more')
    .description(DESCRIPTION)
    .addOption(new Option('-f, --function <name>', 'the function (name or ARN)').makeOptionMandatory())
    .addOption(numberOption('--keep <n>', 'how many of the newest versions stay', MOST_KEPT).default(3))
    .addOption(
      new Option('--days <n>', `what "of late" is, ${LEAST_DAYS} at least: jobs may live for a week`)
        .argParser(wholeNumber(LEAST_DAYS, MOST_DAYS))
        .default(LEAST_DAYS),
    )
    .option('-n, --dry-run', 'say what stays and what would go, and remove nothing', false);
  for (const option of awsOptions()) command.addOption(option);
  command.addHelpText('after', HELP).action(async (args: PruneArguments) => {
    const { runPrune } = await import('./run.ts');
    finish(await runPrune(args, terminal));
  });
};
