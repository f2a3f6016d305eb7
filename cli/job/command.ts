import { type Command, Option } from 'commander';
import type { AddCommand, ExitCode, Session } from '../command.ts';
import { awsOptions, listOption, numberOption } from '../options.ts';
import type { JobPlace } from './run.ts';
import type { StartArguments } from './start.ts';

const DESCRIPTION = `Start, watch and steer jobs: batches that take longer than a call, or than this
terminal is open. Without --function they are those of a local host that runs on
this machine ("droste local").`;

const START = `Start a job, and print its id. Its inputs are pictures, or a list or a prefix that the
function reads itself.`;

const HELP = `
Examples:
  droste local                                  (in another terminal)
  droste job start classify photos/ -O topK=1
  droste job start thumbnail --prefix s3://photos/2026/ -O size=75 --function droste-jobs
  droste job start orchestrate photos/ -O labels=classify \\
    -O 'thumbs={"function": "thumbnail", "options": {"size": 75}}'
  droste job show job-20261121T171500-1a2b3c4d --follow
  droste job results job-20261121T171500-1a2b3c4d > results.ndjson
  droste job retry-failed job-20261121T171500-1a2b3c4d

Exit codes:
  0    done
  1    the job failed, or items of it did (show --follow)
  2    usage: nothing was done`;

const MOST_SLOTS = 1_000_000;

/** What every command of jobs has in common: where they are kept. */
const addPlace = (command: Command): Command => {
  command.addOption(
    new Option(
      '-f, --function <name>',
      'the function that keeps jobs: name, name:alias, ARN (default: that of the local host, http://127.0.0.1:3001)',
    ),
  );
  for (const option of awsOptions()) command.addOption(option);
  return command;
};

/** Runs a command of jobs: what it does is imported by then. */
const doing =
  <Args extends readonly unknown[]>(
    { finish }: Session,
    run: (module: typeof import('./run.ts'), ...args: Args) => Promise<ExitCode>,
  ) =>
  async (...args: Args): Promise<void> =>
    finish(await run(await import('./run.ts'), ...args));

/** `droste job start | list | show | results | cancel | retry-failed | slots` */
export const jobCommand: AddCommand = (program, session) => {
  const { terminal } = session;
  const job = program
    .command('job')
    .summary('start, watch and steer batches that take longer than a call')
    .description(DESCRIPTION)
    .helpCommand(false)
    .addHelpText('after', HELP);
  const add = (usage: string, summary: string): Command => addPlace(job.command(usage).summary(summary));

  add('start <function> [inputs...]', 'start a job')
    .description(START)
    .option('--manifest <uri>', 'a list of one item a line, that the function reads')
    .option('--prefix <uri>', 'everything below s3://bucket/prefix/')
    .addOption(
      listOption(
        '-O, --option <name=value>',
        'an option of the function (of orchestrate: a function); may be given several times',
      ),
    )
    .addOption(numberOption('--slots <n>', 'invocations at once at most', MOST_SLOTS))
    .option('--follow', 'show how far it is, until it has ended')
    .action(async (name: string, inputs: readonly string[], args: StartArguments) => {
      const { startJob } = await import('./start.ts');
      session.finish(await startJob(name, inputs, args, terminal));
    });
  add('list', 'list the newest jobs')
    .option('--json', 'print NDJSON')
    .action(
      doing(session, ({ listJobs }, args: JobPlace & { readonly json?: boolean }) =>
        listJobs(args, terminal),
      ),
    );
  add('show <id>', 'say how far a job is')
    .option('--follow', 'until it has ended')
    .option('--json', 'print it as JSON, one line each time')
    .action(
      doing(
        session,
        ({ showJob }, id: string, args: JobPlace & { readonly follow?: boolean; readonly json?: boolean }) =>
          showJob(id, args, terminal),
      ),
    );
  add('results <id>', 'print the results as NDJSON, in order').action(
    doing(session, ({ printResults }, id: string, args: JobPlace) => printResults(id, args, terminal)),
  );
  add('cancel <id>', 'end a job; what is done stays done').action(
    doing(session, ({ steerRunningJob }, id: string, args: JobPlace) =>
      steerRunningJob(args, terminal, (jobs) => jobs.cancel(id)),
    ),
  );
  add('retry-failed <id>', 'do again what failed, and nothing else').action(
    doing(session, ({ steerJob }, id: string, args: JobPlace) =>
      steerJob(args, terminal, async (jobs) => {
        await jobs.retryFailed(id);
        return jobs.show(id);
      }),
    ),
  );
  add('slots <id> <n>', 'let so many invocations run at once, from the next ones on').action(
    doing(session, ({ steerRunningJob, readSlots }, id: string, slots: string, args: JobPlace) =>
      steerRunningJob(args, terminal, (jobs) => jobs.setSlots(id, readSlots(slots))),
    ),
  );
};
