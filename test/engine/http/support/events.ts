/** A body with what the gateway says about it. */
export interface Body {
  readonly body?: string | null;
  readonly type?: string;
  readonly isBase64Encoded?: boolean;
  /** Epoch ms at which the gateway took the request. */
  readonly atMs?: number;
  readonly query?: Readonly<Record<string, string>>;
}

const headersOf = (name: string, type: string | undefined) => (type === undefined ? {} : { [name]: type });

/** Payload 2.0 of an HTTP API; names of headers are in lower case. */
export const httpApiEvent = ({
  body,
  type = 'application/json',
  isBase64Encoded = false,
  atMs,
  query,
}: Body) => ({
  version: '2.0',
  routeKey: 'POST /classify',
  rawPath: '/classify',
  rawQueryString: String(new URLSearchParams(query)),
  ...(query && { queryStringParameters: query }),
  headers: headersOf('content-type', type),
  requestContext: {
    accountId: '123456789012',
    apiId: 'api-id',
    domainName: 'api-id.execute-api.us-east-1.amazonaws.com',
    domainPrefix: 'api-id',
    http: {
      method: 'POST',
      path: '/classify',
      protocol: 'HTTP/1.1',
      sourceIp: '192.0.2.1',
      userAgent: 'test',
    },
    requestId: 'id',
    routeKey: 'POST /classify',
    stage: '$default',
    time: '12/Mar/2020:19:03:58 +0000',
    timeEpoch: atMs ?? Date.now(),
  },
  ...(body !== undefined && { body }),
  isBase64Encoded,
});

/** Payload 2.0 of a function URL. */
export const functionUrlEvent = (body: Body) => {
  const { requestContext, ...event } = httpApiEvent(body);
  return {
    ...event,
    routeKey: '$default',
    requestContext: {
      ...requestContext,
      apiId: 'url-id',
      domainName: 'url-id.lambda-url.us-east-1.on.aws',
      domainPrefix: 'url-id',
    },
  };
};

/** A REST API's event (payload 1.0); names of headers are as the client wrote them. */
export const restApiEvent = ({
  body = null,
  type = 'application/json',
  isBase64Encoded = false,
  atMs,
  query,
}: Body) => ({
  resource: '/classify',
  path: '/classify',
  httpMethod: 'POST',
  headers: headersOf('Content-Type', type),
  multiValueHeaders: {},
  queryStringParameters: query ?? null,
  requestContext: {
    resourcePath: '/classify',
    httpMethod: 'POST',
    requestId: 'id',
    requestTimeEpoch: atMs ?? Date.now(),
  },
  body,
  isBase64Encoded,
});
