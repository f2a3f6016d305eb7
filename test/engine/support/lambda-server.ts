import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { TestContext } from 'node:test';

/** A request as it came off the socket. */
export interface SeenRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** A server that answers as a test has it answer, on a free port of the loopback, until the test is over. */
export interface LambdaServer {
  readonly endpoint: string;
  readonly requests: readonly SeenRequest[];
  /** Requests being answered, now and at most. */
  open(): number;
  peak(): number;
}

export type Respond = (request: SeenRequest, response: ServerResponse, message: IncomingMessage) => void;

export const startLambdaServer = async (t: TestContext, respond: Respond): Promise<LambdaServer> => {
  const requests: SeenRequest[] = [];
  let open = 0;
  let peak = 0;
  const server = createServer(async (message, response) => {
    open += 1;
    peak = Math.max(peak, open);
    response.once('close', () => {
      open -= 1;
    });
    const chunks: Buffer[] = [];
    for await (const chunk of message) chunks.push(chunk);
    const { method = '', url = '', headers } = message;
    const request = { method, url, headers, body: Buffer.concat(chunks).toString() };
    requests.push(request);
    respond(request, response, message);
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  t.after(async () => {
    server.closeAllConnections();
    server.close();
    await once(server, 'close');
  });
  const { port } = server.address() as AddressInfo;
  return { endpoint: `http://127.0.0.1:${port}`, requests, open: () => open, peak: () => peak };
};

/** What Lambda answers for a call that never ran. */
export const refuse =
  (status: number, type: string, body: object = {}): Respond =>
  (_, response) => {
    response.writeHead(status, { 'content-type': 'application/json', 'x-amzn-errortype': type });
    response.end(JSON.stringify({ Message: `${type} as a message`, Type: 'User', ...body }));
  };

/** What Lambda answers for a function that failed. */
export const failWith =
  (payload: unknown): Respond =>
  (_, response) => {
    response.writeHead(200, { 'content-type': 'application/json', 'x-amz-function-error': 'Unhandled' });
    response.end(typeof payload === 'string' ? payload : JSON.stringify(payload));
  };

/** What Lambda answers for a function that returned. */
export const reply =
  (payload: string): Respond =>
  (_, response) => {
    response.writeHead(200, { 'content-type': 'application/json', 'x-amz-executed-version': '7' });
    response.end(payload);
  };
