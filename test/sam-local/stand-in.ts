import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import type { Handler } from '../../engine/index.ts';

/** How the next invocation ends, if not with the handler's answer. */
export type Mishap = 'times out' | 'crashes';

/**
 * What `sam local start-lambda` is to its callers (aws-sam-cli 1.164, `local_lambda_http_service.py`): no query
 * strings, no log tails, no executed version, bare function names; a handler's error is a reply of its shape, with a
 * header; a time-out or crash is 200 with plain text or nothing.
 */
export const startSamStandIn = async (functionName: string) => {
  let handler: Handler | undefined;
  let mishap: (call: number) => Mishap | undefined = () => undefined;
  const calls: string[] = [];

  const server = createServer(async (request, response) => {
    const body = await text(request);
    const refuse = (status: number, type: string, message: string) =>
      response
        .writeHead(status, { 'content-type': 'application/json', 'x-amzn-errortype': type })
        .end(JSON.stringify({ Type: 'User', Message: message }));
    const { pathname, search } = new URL(request.url ?? '', 'http://sam');
    if (search !== '') return void refuse(400, 'InvalidRequestContent', 'Query Parameters are not supported');
    if ((request.headers['x-amz-log-type'] ?? 'None') !== 'None') {
      return void refuse(501, 'NotImplemented', 'log-type: Tail is not supported');
    }
    const [, name = ''] = /^\/2015-03-31\/functions\/([^/]+)\/invocations$/.exec(pathname) ?? [];
    const called = decodeURIComponent(name);
    calls.push(called);
    if (called.split(':')[0] !== functionName) {
      return void refuse(404, 'ResourceNotFound', `Function not found: ${called}`);
    }
    switch (mishap(calls.length)) {
      case 'times out':
        return void response
          .writeHead(200, { 'content-type': 'text/plain' })
          .end('Task timed out after 3.00 seconds');
      case 'crashes':
        return void response.writeHead(200).end();
      default:
    }
    const context = {
      awsRequestId: `request-${calls.length}`,
      functionVersion: '$LATEST',
      getRemainingTimeInMillis: () => 30_000,
    };
    try {
      const answer = await handler?.(JSON.parse(body), context);
      response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(answer));
    } catch (error) {
      const { name: errorType, message: errorMessage } = error as Error;
      response
        .writeHead(200, { 'content-type': 'application/json', 'x-amz-function-error': 'Unhandled' })
        .end(JSON.stringify({ errorType, errorMessage, trace: [] }));
    }
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    calls,
    serve: (given: Handler) => {
      handler = given;
    },
    befall: (given: typeof mishap) => {
      mishap = given;
    },
    close: async () => {
      server.closeAllConnections();
      await once(server.close(), 'close');
    },
  };
};
