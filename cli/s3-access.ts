import { S3Client } from '@aws-sdk/client-s3';
import { ConfigurationError } from '../platform/errors.ts';

/** Set by people who use another S3 than AWS's; the SDK inside the function reads them. */
const endpoints = ['AWS_ENDPOINT_URL', 'AWS_ENDPOINT_URL_S3'] as const;

/**
 * What the function needs to read from S3 as the one who runs the command: environments of the local host inherit
 * nothing of the developer's AWS set-up, so credentials (environment, profile, SSO, …) are resolved here, once.
 *
 * @throws ConfigurationError where the AWS SDK finds no credentials
 */
export const s3Access = async (
  env: Readonly<Record<string, string | undefined>>,
): Promise<Readonly<Record<string, string>>> => {
  const { config } = new S3Client({});
  const region = await config.region().catch(() => undefined);
  const credentials = await config.credentials().catch((cause: unknown) => {
    throw new ConfigurationError(
      `s3://: expected AWS credentials (AWS_PROFILE, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY), found none: ${cause}`,
      { cause },
    );
  });
  return {
    AWS_ACCESS_KEY_ID: credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
    ...(credentials.sessionToken !== undefined && { AWS_SESSION_TOKEN: credentials.sessionToken }),
    ...(region !== undefined && { AWS_REGION: region }),
    ...Object.fromEntries(endpoints.flatMap((name) => (env[name] ? [[name, env[name]]] : []))),
  };
};
