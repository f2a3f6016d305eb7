import { GetFunctionConfigurationCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { markAborted } from '../../engine/invocation/abort-marker.ts';
import { InvalidRequestError } from '../../platform/errors.ts';
import { openStore } from '../../platform/storage/open-store.ts';
import type { Target } from '../classify/target.ts';
import type { Picture } from '../inputs/picture.ts';
import { type NamedFunction, readFunctionName } from './function-name.ts';
import { sendFiles } from './send-files.ts';

/** How AWS is reached, as in the AWS CLI; what is absent comes from the environment. */
export interface AwsArguments {
  readonly function: string;
  readonly profile?: string;
  readonly region?: string;
  readonly endpointUrl?: string;
}

const configurationOf = async (client: LambdaClient, { functionName, qualifier }: NamedFunction) => {
  try {
    const command = new GetFunctionConfigurationCommand({ FunctionName: functionName, Qualifier: qualifier });
    return await client.send(command);
  } catch (cause) {
    const { name, message } = cause as Error;
    throw new InvalidRequestError(
      `--function ${functionName}:${qualifier}: expected a function that can be called from here, received ${name}: ${message}. ` +
        "See the stack's output AliasArn, and check --profile, --region and the permissions lambda:GetFunctionConfiguration and lambda:InvokeFunction.",
      { cause },
    );
  }
};

/**
 * Looks a deployed function up and brings it the pictures that are files here.
 *
 * @throws InvalidRequestError where the function cannot be seen, or has no store for files that are too large to send
 */
export const openDeployedTarget = async (
  aws: AwsArguments,
  pictures: readonly Picture[],
  { signal, onSent }: { signal: AbortSignal; onSent: () => void },
): Promise<Target> => {
  const named = readFunctionName(aws.function);
  const connection = {
    ...(aws.profile !== undefined && { profile: aws.profile }),
    ...(aws.region !== undefined && { region: aws.region }),
    ...(aws.endpointUrl !== undefined && { endpoint: aws.endpointUrl }),
  };
  const client = new LambdaClient(connection);
  const { Environment } = await configurationOf(client, named);
  const store = Environment?.Variables?.STORE;
  let opened: ReturnType<typeof openStore> | undefined;
  const openUploads = () => {
    if (!store) {
      throw new InvalidRequestError(
        `--function ${aws.function}: expected its variable STORE to name a bucket for files above 256 KB, found none`,
      );
    }
    // an endpoint of one's own is a stand-in of AWS, where buckets have no host names
    opened ??= openStore(store, { ...connection, forcePathStyle: aws.endpointUrl !== undefined });
    return opened;
  };
  return {
    ...named,
    connection,
    references: await sendFiles(pictures, openUploads, signal, onSent),
    // children that run are told to stop; where there is no store they run to their end
    ...(store && {
      onStopped: async (runId: string) => markAborted(await openUploads(), runId),
    }),
    crashes: () => 0,
    close: async () => client.destroy(),
  };
};
