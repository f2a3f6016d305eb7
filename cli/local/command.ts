import { Option } from 'commander';
import type { AddCommand } from '../command.ts';
import { DEFAULT_MODEL } from '../installation.ts';
import { numberOption, wholeNumber } from '../options.ts';
import type { LocalArguments } from './serve.ts';

const DESCRIPTION = `Serve the functions on this machine until Ctrl-C:

  Lambda's Invoke API, for the AWS SDKs and "aws lambda invoke --endpoint-url"
  (as "sam local start-lambda" does), and
  POST /classify, /thumbnail and /orchestrate, and /jobs, for everything that
  speaks HTTP (as "sam local start-api" does), and
  a page for your browser: drop pictures, see the tree grow.

Execution environments are processes, started cold on demand and reused warm.
Beyond --concurrency the Invoke API answers 429, as Lambda does; the HTTP API
waits, and answers 503 after 29 s. Callers of the HTTP API show the token that
is printed, in the header x-droste-token (DROSTE_TOKEN, or a random one).`;

const HELP = `
Addresses, and commands to try, go to stdout; a line per invocation to stderr.

Examples:
  droste local
  droste local --model models/mobilenet --concurrency 8
  AWS_ENDPOINT_URL_LAMBDA=http://127.0.0.1:3001 node my-client.js

Exit codes:
  0    stopped by Ctrl-C or SIGTERM
  1    it failed
  2    usage: nothing was started (a port that is taken, say)`;

const LAST_PORT = 65_535;

/** What the argument parser makes of the options: a switch that is off is absent. */
type Parsed = Pick<LocalArguments, 'model' | 'port' | 'invokePort'> & Partial<LocalArguments>;

/** `droste local` */
export const localCommand: AddCommand = (program, { terminal, finish }) => {
  const port = (flags: string, about: string, fallback: number) =>
    new Option(flags, about).argParser(wholeNumber(0, LAST_PORT)).default(fallback);

  program
    .command('local')
    .summary('serve the functions on this machine')
    .description(DESCRIPTION)
    .option('-m, --model <model>', "a model's name, its folder, or s3://bucket/prefix", DEFAULT_MODEL)
    .addOption(port('-p, --port <n>', 'port of the HTTP API, 0 for a free one', 3000))
    .addOption(port('--invoke-port <n>', 'port of the Invoke API, 0 for a free one', 3001))
    .addOption(
      numberOption('--concurrency <n>', 'execution environments (default: cores, at least 4)', 1_000),
    )
    .option('--bundle', 'run what a deploy would: the bundle instead of the source')
    .option('--http', 'allow http:// beside https://')
    .option('--s3', 'allow s3://, with your AWS credentials')
    .option('--resume-jobs', 'go on with the jobs that were running when it was stopped')
    .option('-v, --verbose', "print the function's log")
    .addHelpText('after', HELP)
    .action(async (options: Parsed) => {
      const { serveLocal } = await import('./serve.ts');
      finish(
        await serveLocal(
          { bundle: false, http: false, s3: false, resumeJobs: false, verbose: false, ...options },
          terminal,
        ),
      );
    });
};
