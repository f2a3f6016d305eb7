import { LambdaClient } from '@aws-sdk/client-lambda';
import { markAborted } from '../../engine/driver.ts';
import { InvalidRequestError } from '../../platform/index.ts';
import { openStore } from '../../platform/storage/index.ts';
import { configurationOf, readFunctionName } from '../function-name.ts';
import { type AwsArguments, connectionOf } from '../options.ts';
import { sendFiles } from './send-files.ts';
import type { Target } from './target.ts';

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
  const { STORE: store } = await configurationOf(client, named);
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
