import { parseS3Prefix, type S3Prefix } from '../../functions/classify/core/s3-prefix.ts';
import { InvalidRequestError } from '../../platform/errors.ts';
import { readFunctionName } from '../deployed/function-name.ts';

/** How AWS is reached, as in the AWS CLI; what is absent comes from the environment. */
export interface AwsConnection {
  readonly profile?: string;
  readonly region?: string;
  readonly endpoint?: string;
}

/** Where to push to: a prefix, or the one that a deployed function takes its models from. */
export interface PushTarget {
  readonly to?: string;
  readonly function?: string;
}

const readPrefix = (uri: string, where: string): S3Prefix => {
  try {
    return parseS3Prefix(uri);
  } catch (cause) {
    throw new InvalidRequestError(
      `${where}: expected s3://bucket or s3://bucket/prefix, received ${JSON.stringify(uri)}`,
      { cause },
    );
  }
};

const modelsOf = async (text: string, connection: AwsConnection): Promise<S3Prefix> => {
  const { functionName, qualifier } = readFunctionName(text);
  const { GetFunctionConfigurationCommand, LambdaClient } = await import('@aws-sdk/client-lambda');
  const client = new LambdaClient(connection);
  try {
    const command = new GetFunctionConfigurationCommand({ FunctionName: functionName, Qualifier: qualifier });
    const { Environment } = await client.send(command).catch((cause: Error) => {
      throw new InvalidRequestError(
        `--function ${text}: expected a function that can be seen from here, received ${cause.name}: ${cause.message}`,
        { cause },
      );
    });
    const uri = Environment?.Variables?.MODELS_URI;
    if (uri) return readPrefix(uri, `MODELS_URI of ${text}`);
    throw new InvalidRequestError(
      `--function ${text}: expected its variable MODELS_URI to say where its models are, found none; --to s3://bucket/prefix says it`,
    );
  } finally {
    client.destroy();
  }
};

/**
 * Finds the prefix under which models lie.
 *
 * @throws InvalidRequestError for none or two targets, a malformed one, and a function that is not there or has no models
 */
export const resolveTarget = async (target: PushTarget, connection: AwsConnection): Promise<S3Prefix> => {
  if ((target.to === undefined) === (target.function === undefined)) {
    throw new InvalidRequestError(
      `expected --to s3://bucket/prefix or --function <name>, received ${target.to === undefined ? 'neither' : 'both'}`,
    );
  }
  return target.to === undefined
    ? modelsOf(target.function ?? '', connection)
    : readPrefix(target.to, '--to');
};
