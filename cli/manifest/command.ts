import { Option } from 'commander';
import type { AddCommand } from '../command.ts';
import { type AwsArguments, awsOptions, listOption } from '../options.ts';
import type { ManifestFormat } from './run.ts';

const DESCRIPTION = `List what is below a prefix of a bucket, as a manifest: a reference a line, in the
order of the keys. It streams, and takes no memory, however many there are. How
many were found is said on standard error.`;

const HELP = `
Formats:
  text     a reference a line
  jsonl    {"url": …, "bytes": …, "modified": …} a line
  csv      the same with a header row

Examples:
  droste manifest s3://photos/2026/ > list.txt
  droste manifest s3://photos/ --suffix .jpg --suffix .png --newer-than 2026-01-31
  droste manifest s3://photos/ --format csv > list.csv   # {"manifest": {"uri": …, "column": "url"}}

Exit codes:
  0    everything is listed, nothing found included
  1    it could not be listed to its end`;

interface ManifestArguments extends AwsArguments {
  readonly suffix?: readonly string[];
  readonly newerThan?: string;
  readonly format: ManifestFormat;
}

/** `droste manifest <prefix>` */
export const manifestCommand: AddCommand = (program, { terminal }) => {
  const command = program
    .command('manifest')
    .summary('list what is below a prefix, as a manifest')
    .description(DESCRIPTION)
    .argument('<prefix>', 's3://bucket/prefix, or file:///folder/')
    .addOption(
      listOption('--suffix <text>', 'only keys that end so, in any case; may be given several times'),
    )
    .option('--newer-than <time>', 'only what was put later: 2026-01-31, 2026-01-31T12:00:00Z')
    .addOption(new Option('--format <name>', 'how').choices(['text', 'jsonl', 'csv']).default('text'));
  for (const option of awsOptions()) command.addOption(option);
  command.addHelpText('after', HELP).action(async (prefix: string, args: ManifestArguments) => {
    const { runManifest } = await import('./run.ts');
    await runManifest(prefix, args, terminal);
  });
};
