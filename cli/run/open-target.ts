import { startLocalHost } from '../../local/index.ts';
import type { Picture } from '../inputs/picture.ts';
import { bundledModule } from '../installation.ts';
import type { Terminal } from '../terminal.ts';
import { watchEnvironments } from './environment-watch.ts';
import { FUNCTION_ALIAS, pictureFunction, s3Access } from './local-function.ts';
import type { Target, TargetFunction } from './target.ts';
import { countUsage, type Usage } from './usage.ts';

interface Running {
  readonly reachesS3: boolean;
  readonly terminal: Terminal;
  readonly say: (line: string) => void;
  readonly usage: ReturnType<typeof countUsage>;
}

/** Starts a local host with the function in it. It ends with `close`, and its processes with it. */
const openLocal = async (
  { name, parts, environment, args, shape }: TargetFunction,
  { reachesS3, terminal, say, usage }: Running,
): Promise<Target> => {
  const { env } = terminal;
  const { observe, crashes } = watchEnvironments(args.verbose, say);
  const access = reachesS3 ? await s3Access(env) : {};
  const served = new Set(parts?.map(({ target }) => target.functionName) ?? [name]);
  const functions = [...served].map(async (each) => {
    const module = args.bundle ? await bundledModule(each) : undefined;
    return pictureFunction(
      each,
      { module, memoryMb: args.memory, http: args.http, env, access },
      environment,
    );
  });
  const host = await startLocalHost({
    functions: await Promise.all(functions),
    // one function's must not end those of another, only to be started again
    concurrency: shape.concurrency * served.size,
    observe: (event) => {
      observe(event);
      usage.observe(event);
    },
    inherited: env,
  });
  return {
    functionName: name,
    qualifier: FUNCTION_ALIAS,
    named: (functionName) => ({ functionName, qualifier: FUNCTION_ALIAS }),
    connection: host.connection,
    send: async (pictures) => pictures.map(({ reference }) => reference),
    crashes,
    close: host.close,
  };
};

/**
 * Opens where a batch runs.
 *
 * @param reachesS3 whether the function here has to read or write S3, with the credentials of whoever runs the command
 * @throws InvalidRequestError or ConfigurationError for a function or credentials that are not there
 */
const openTarget = async (target: TargetFunction, running: Running): Promise<Target> => {
  const { args } = target;
  if (args.function === undefined) return openLocal(target, running);
  const { openDeployed } = await import('./deployed.ts');
  return openDeployed({ ...args, function: args.function });
};

const isInS3 = (place: string): boolean => place.startsWith('s3://');

/** Opens the target when it is first needed, and anew when a later piece of the batch needs S3, which it cannot reach. */
export const keepTarget = (
  run: Omit<TargetFunction, 'shape'> & { readonly places: readonly string[] },
  shape: TargetFunction['shape'],
  terminal: Terminal,
  say: (line: string) => void,
) => {
  let open: { readonly target: Target; readonly reachesS3: boolean } | undefined;
  let crashes = 0;
  const usage = countUsage();
  const close = async (): Promise<void> => {
    crashes += open?.target.crashes() ?? 0;
    await open?.target.close();
    open = undefined;
  };
  return {
    for: async (pictures: readonly Picture[]): Promise<Target> => {
      const reachesS3 = [...run.places, ...pictures.map(({ reference }) => reference)].some(isInS3);
      if (open !== undefined && (open.reachesS3 || !reachesS3)) return open.target;
      await close();
      const target = await openTarget({ ...run, shape }, { reachesS3, terminal, say, usage });
      open = { target, reachesS3 };
      return target;
    },
    crashes: () => crashes + (open?.target.crashes() ?? 0),
    /** What was taken of hosts here; of a deployed function nothing is known. */
    used: (): Usage | undefined => (run.args.function === undefined ? usage.used() : undefined),
    close,
  };
};
