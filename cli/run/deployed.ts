import { LambdaClient } from '@aws-sdk/client-lambda';
import { markAborted } from '../../engine/driver.ts';
import { readTargets } from '../../functions/orchestrate/index.ts';
import { InvalidRequestError } from '../../platform/index.ts';
import { openStore } from '../../platform/storage/index.ts';
import { configurationOf, type NamedFunction, readFunctionName } from '../function-name.ts';
import { type AwsArguments, connectionOf } from '../options.ts';
import { sendFiles } from './send-files.ts';
import type { Target } from './target.ts';

/** Functions that a deployed one calls, by their names in the registry. */
const calledBy = (given: string, functions: string | undefined) => {
  const targets = functions === undefined ? undefined : readTargets(functions);
  return (name: string): NamedFunction => {
    const target = targets?.get(name);
    if (target) return { functionName: target.functionName, qualifier: target.qualifier ?? 'live' };
    const known = targets ? `one of ${[...targets.keys()].join(', ')}` : 'a function that calls others';
    throw new InvalidRequestError(`--function ${given}: expected ${known}, for a call of ${name}`);
  };
};

/**
 * Looks a deployed function up. Pictures that are files here are sent in the request, or through the function's store.
 *
 * @throws InvalidRequestError where the function cannot be seen; from `send` where it has no store for files that are
 *   too large to send
 */
export const openDeployed = async (args: AwsArguments & { readonly function: string }): Promise<Target> => {
  const named = readFunctionName(args.function);
  const connection = connectionOf(args);
  const client = new LambdaClient(connection);
  const { STORE: own, FUNCTIONS: others } = await configurationOf(client, named);
  const called = calledBy(args.function, others);
  // what calls others has no store of its own, and they have one together
  const [first] = others === undefined ? [] : readTargets(others).keys();
  const store =
    own ?? (first === undefined ? undefined : (await configurationOf(client, called(first))).STORE);
  let opened: ReturnType<typeof openStore> | undefined;
  const openUploads = () => {
    if (!store) {
      throw new InvalidRequestError(
        `--function ${args.function}: expected its variable STORE to name a bucket for files above 256 KB, found none`,
      );
    }
    // an endpoint of one's own is a stand-in of AWS, where buckets have no host names
    opened ??= openStore(store, { ...connection, forcePathStyle: args.endpointUrl !== undefined });
    return opened;
  };
  return {
    ...named,
    named: called,
    connection,
    send: (pictures, signal) => sendFiles(pictures, openUploads, signal),
    // children that run are told to stop; where there is no store they run to their end
    ...(store && {
      onStopped: async (runId: string) => markAborted(await openUploads(), runId),
    }),
    crashes: () => 0,
    close: async () => client.destroy(),
  };
};
