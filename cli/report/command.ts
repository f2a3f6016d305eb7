import type { AddCommand } from '../command.ts';

const DESCRIPTION = `Draw the results of a run that is over, as one HTML file.

Takes results as NDJSON (--json, --resume): the pictures, their tags and failures.
The tree in time is not in them: for that, run with --report. It is in the reply to
a batch that asked for receipts, of one function (streamed or not) or of orchestrate: that is taken too.`;

const HELP = `
Examples:
  droste classify photos/ --resume results.ndjson
  droste report results.ndjson --out run.html
  droste report results.ndjson --out run.html --truth folder
  curl … <ApiUrl>/orchestrate > reply.json && droste report reply.json --out run.html`;

/** `droste report <results>` */
export const reportCommand: AddCommand = (program, { terminal, finish }) => {
  program
    .command('report')
    .summary('draw the results of a run')
    .description(DESCRIPTION)
    .argument('<results>', 'a file of results: NDJSON, or a reply')
    .requiredOption('-o, --out <file>', 'where the report goes')
    .option('--truth <how>', 'compare: a CSV file of picture,class, or "folder" for folders\' names')
    .addHelpText('after', HELP)
    .action(async (results: string, options: { readonly out: string; readonly truth?: string }) => {
      const { reportResults } = await import('./report-results.ts');
      finish(await reportResults({ results, ...options }, terminal));
    });
};
