import { postSigned, type Signer } from './signed-request.ts';

/** The endpoint that stands for all of AWS; undefined where none is named. */
export const endpoint = process.env.AWS_ENDPOINT_URL || undefined;

export const region = process.env.AWS_REGION ?? 'us-east-1';

const signer: Signer = {
  accessKeyId: process.env.AWS_ACCESS_KEY_ID ?? '',
  secretAccessKey: process.env.AWS_SECRET_ACCESS_KEY ?? '',
  sessionToken: process.env.AWS_SESSION_TOKEN,
  region,
};

/** Whether the endpoint is AWS itself, and not something that stands for it. */
export const onAws = /(^|\.)(amazonaws\.com(\.cn)?|api\.aws)$/.test(
  new URL(endpoint ?? 'http://none').hostname,
);

/** POSTs JSON to a deployed API, signed. AWS has its APIs at hosts of their own, an emulator all at its one. */
export const postToApi = async (apiUrl: string, request: unknown) => {
  const own = new URL(apiUrl);
  const through = new URL(endpoint ?? apiUrl);
  const url = onAws ? own : new URL(own.pathname, through);
  const [apiId] = own.host.split('.');
  const answer = await postSigned(
    {
      url,
      ...(!onAws && { host: `${apiId}.execute-api.${through.host.replace('127.0.0.1', 'localhost')}` }),
      service: 'execute-api',
      contentType: 'application/json',
      body: JSON.stringify(request),
    },
    signer,
  );
  return { ...answer, body: answer.body === '' ? undefined : JSON.parse(answer.body) };
};

/** Asks CloudFormation to delete a stack by its name. */
export const deleteStackByName = async (stackName: string): Promise<void> => {
  const { status, body } = await postSigned(
    {
      url: new URL(endpoint ?? ''),
      service: 'cloudformation',
      contentType: 'application/x-www-form-urlencoded',
      body: String(
        new URLSearchParams({ Action: 'DeleteStack', Version: '2010-05-15', StackName: stackName }),
      ),
    },
    signer,
  );
  if (status !== 200) throw new Error(`Expected DeleteStack to answer 200, received ${status}: ${body}`);
};

/** Asks SQS, by an operation of its API: `ReceiveMessage`. */
export const askSqs = async (operation: string, input: object) => {
  const { status, body } = await postSigned(
    {
      url: new URL('/', onAws ? `https://sqs.${region}.amazonaws.com` : endpoint),
      service: 'sqs',
      contentType: 'application/x-amz-json-1.0',
      target: `AmazonSQS.${operation}`,
      body: JSON.stringify(input),
    },
    signer,
  );
  if (status !== 200) throw new Error(`Expected ${operation} to answer 200, received ${status}: ${body}`);
  return body === '' ? {} : JSON.parse(body);
};
