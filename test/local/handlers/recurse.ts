import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';

const client = new LambdaClient({ maxAttempts: 1 });

/** Calls itself, through the SDK as configured by its environment, until it is stopped; says how deep it came. */
export const handler = async (event: { depth: number }): Promise<unknown> => {
  const self = `${process.env.AWS_LAMBDA_FUNCTION_NAME}:live`;
  const payload = JSON.stringify({ depth: event.depth + 1 });
  try {
    const reply = await client.send(new InvokeCommand({ FunctionName: self, Payload: payload }));
    return JSON.parse(reply.Payload?.transformToString() ?? '');
  } catch (thrown) {
    const { name, message, Type } = thrown as Error & { Type?: string };
    return { depth: event.depth, name, message, type: Type };
  }
};
