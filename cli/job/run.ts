import { once } from 'node:events';
import { connectJobs, type Jobs, type JobView } from '../../client/index.ts';
import { InvalidRequestError, quote } from '../../platform/index.ts';
import { type ExitCode, exitCodes } from '../command.ts';
import { readFunctionName } from '../function-name.ts';
import { type AwsArguments, connectionOf } from '../options.ts';
import { formatCount, formatRate, formatWait } from '../output/amounts.ts';
import type { Terminal } from '../terminal.ts';

/** Where the jobs of a command line are kept. */
export interface JobPlace extends AwsArguments {
  /** Default: the local host. */
  readonly function?: string;
}

/** Where `droste local` listens if nothing else is said. */
const LOCAL_HOST = 'http://127.0.0.1:3001';

/** The local host looks at no signature, and the SDK insists on signing. */
const localConnection = (endpoint: string) => ({
  endpoint,
  region: 'us-east-1',
  credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
});

/** The jobs of a place. */
export const jobsAt = (place: JobPlace, { env }: Terminal): Jobs => {
  if (place.function !== undefined) {
    return connectJobs({ ...readFunctionName(place.function), connection: connectionOf(place) });
  }
  const endpoint = place.endpointUrl ?? env.AWS_ENDPOINT_URL_LAMBDA ?? LOCAL_HOST;
  return connectJobs({ connection: localConnection(endpoint) });
};

/** Slots as they are typed. @throws InvalidRequestError */
export const readSlots = (text: string): number => {
  if (/^[1-9]\d{0,6}$/.test(text)) return Number(text);
  throw new InvalidRequestError(`slots: expected a whole number from 1, received ${quote(text)}`);
};

/** A line about a job: how far it is, how fast, and what went wrong. */
const lineOf = (view: JobView): string =>
  [
    `${view.id}  ${view.function}  ${view.state}`,
    `${view.succeeded + view.failed}${view.items === undefined ? '' : ` of ${view.items}`}`,
    ...(view.failed > 0 ? [`${view.failed} failed`] : []),
    ...(view.rate > 0 ? [`${formatRate(view.rate)}/s`] : []),
    ...(view.secondsLeft === undefined ? [] : [`${formatWait(view.secondsLeft * 1_000)} left`]),
    ...(view.slots === undefined ? [] : [formatCount(view.slots, 'slot')]),
    ...(view.error ? [`${view.error.name}: ${view.error.message}`] : []),
  ].join(' · ');

const codeOf = ({ state, failed }: JobView): ExitCode =>
  state === 'failed' || failed > 0 ? exitCodes.failed : exitCodes.done;

/** Prints how far a job is, each time that something has changed, until it has ended. */
export const follow = async (
  jobs: Jobs,
  id: string,
  terminal: Terminal,
  json: boolean,
): Promise<ExitCode> => {
  let said = '';
  let code: ExitCode = exitCodes.done;
  for await (const view of jobs.watch(id)) {
    const line = json ? JSON.stringify(view) : lineOf(view);
    if (line !== said) terminal.stdout.write(`${line}\n`);
    said = line;
    code = codeOf(view);
  }
  return code;
};

/** `droste job list`: a line each, newest first. */
export const listJobs = async (
  args: JobPlace & { readonly json?: boolean },
  terminal: Terminal,
): Promise<ExitCode> => {
  for (const view of await jobsAt(args, terminal).list()) {
    terminal.stdout.write(`${args.json ? JSON.stringify(view) : lineOf(view)}\n`);
  }
  return exitCodes.done;
};

/** `droste job show`: with `--follow` until it has ended; the exit says how it did. */
export const showJob = async (
  id: string,
  args: JobPlace & { readonly follow?: boolean; readonly json?: boolean },
  terminal: Terminal,
): Promise<ExitCode> => {
  const jobs = jobsAt(args, terminal);
  if (args.follow) return follow(jobs, id, terminal, args.json === true);
  const view = await jobs.show(id);
  terminal.stdout.write(`${args.json ? JSON.stringify(view) : lineOf(view)}\n`);
  for (const failure of args.json ? [] : view.failures) {
    terminal.stdout.write(`  ${JSON.stringify(failure)}\n`);
  }
  return exitCodes.done;
};

/** `droste job results`: NDJSON, in order. */
export const printResults = async (id: string, args: JobPlace, terminal: Terminal): Promise<ExitCode> => {
  const { stdout } = terminal;
  for await (const line of jobsAt(args, terminal).results(id)) {
    if (!stdout.write(`${line}\n`) && !stdout.destroyed) await once(stdout, 'drain');
  }
  return exitCodes.done;
};

/** A command that changes something of a job, and says what it is then. */
export const steerJob = async (
  args: JobPlace,
  terminal: Terminal,
  change: (jobs: Jobs) => Promise<JobView>,
): Promise<ExitCode> => {
  terminal.stdout.write(`${lineOf(await change(jobsAt(args, terminal)))}\n`);
  return exitCodes.done;
};

/** The same of a job that is running; of one that has ended it says that nothing is changed. */
export const steerRunningJob = async (
  args: JobPlace,
  terminal: Terminal,
  change: (jobs: Jobs) => Promise<JobView>,
): Promise<ExitCode> =>
  steerJob(args, terminal, async (jobs) => {
    const view = await change(jobs);
    const { id, state } = view;
    if (state !== 'running' && state !== 'cancelling') {
      terminal.stderr.write(`${id} has ended (${state}): nothing is changed\n`);
    }
    return view;
  });
