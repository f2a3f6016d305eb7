import { GetObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { SignatureV4 } from '@smithy/signature-v4';

/** What the SDK has made of a command, as far as a URL has room for it. */
interface BuiltRequest {
  readonly method: string;
  readonly protocol: string;
  readonly hostname: string;
  readonly port?: number;
  readonly path: string;
  readonly query?: Readonly<Record<string, string | string[] | null>>;
}

/** The request that the client would send: its address is the client's (region, path style, endpoint), and it goes nowhere. */
const built = async (client: S3Client, command: GetObjectCommand): Promise<BuiltRequest> => {
  const { promise, resolve } = Promise.withResolvers<BuiltRequest>();
  command.middlewareStack.add(
    () => async (args) => {
      resolve(args.request as BuiltRequest);
      return { response: {}, output: { $metadata: {} } };
    },
    { step: 'build', priority: 'high' },
  );
  await client.send(command);
  return promise;
};

/**
 * A URL by which whoever has it may read an object, as S3 reads signatures in the query (Amazon S3 API reference,
 * "Authenticating Requests: Using Query Parameters"). It is worth no more, and lives no longer, than the credentials of
 * the client.
 *
 * @param seconds for which it holds, at most a week
 */
export const presignGet = async (
  client: S3Client,
  object: { readonly Bucket: string; readonly Key: string },
  seconds: number,
): Promise<string> => {
  const { region, credentials, sha256 } = client.config;
  const { hostname, port, ...request } = await built(client, new GetObjectCommand(object));
  const host = port === undefined ? hostname : `${hostname}:${port}`;
  const signer = new SignatureV4({ service: 's3', region, credentials, sha256, uriEscapePath: false });
  const { protocol, path, query } = await signer.presign(
    // a body that nobody has seen cannot be signed for
    {
      ...request,
      hostname,
      ...(port !== undefined && { port }),
      headers: { host, 'x-amz-content-sha256': 'UNSIGNED-PAYLOAD' },
      query: {},
    },
    { expiresIn: seconds },
  );
  const signed = new URL(`${protocol}//${host}${path}`);
  for (const [name, value] of Object.entries(query ?? {})) signed.searchParams.set(name, String(value));
  return signed.href;
};
