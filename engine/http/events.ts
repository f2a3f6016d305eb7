import { isRecord } from '../../platform/index.ts';

/** The parts of API Gateway's and function URLs' events that the entrance reads. */
export interface HttpRequest {
  readonly method: string;
  /** Of the URL, with its slash, as it was sent. */
  readonly path: string;
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string>>;
  /** Parameters of the URL; one that is given several times has its values joined by commas. */
  readonly query: Readonly<Record<string, string>>;
  readonly body: string;
  readonly isBase64Encoded: boolean;
  /** Epoch ms at which the gateway took the request; absent where the event does not say. */
  readonly receivedMs: number | undefined;
  /** False for a function URL, which waits as long as the function runs. */
  readonly hasGateway: boolean;
}

type Fields = Readonly<Record<string, unknown>>;

const texts = (fields: unknown): readonly (readonly [name: string, text: string])[] =>
  isRecord(fields) ? Object.entries(fields).map(([name, value]) => [name, String(value)]) : [];

const common = (event: Fields) => ({
  headers: Object.fromEntries(texts(event.headers).map(([name, text]) => [name.toLowerCase(), text])),
  query: Object.fromEntries(texts(event.queryStringParameters)),
  body: typeof event.body === 'string' ? event.body : '',
  isBase64Encoded: event.isBase64Encoded === true,
});

/** Host names of function URLs: `<id>.lambda-url.<region>.on.aws`. */
const isFunctionUrl = (domainName: unknown): boolean => /\.lambda-url\./.test(String(domainName));

const timeOf = (value: unknown): number | undefined => (typeof value === 'number' ? value : undefined);

/**
 * Reads an event of API Gateway (HTTP API payload 2.0, REST API and payload 1.0) or of a function URL (which is
 * payload 2.0); anything else is no HTTP request. Sources: API Gateway developer guide, "Working with AWS Lambda
 * proxy integrations for HTTP APIs"; Lambda developer guide, "Invoking Lambda function URLs".
 */
export const readHttpEvent = (event: unknown): HttpRequest | undefined => {
  if (!isRecord(event) || !isRecord(event.requestContext)) return undefined;
  const { requestContext } = event;
  if (event.version === '2.0' && isRecord(requestContext.http)) {
    return {
      method: String(requestContext.http.method),
      path: String(event.rawPath ?? requestContext.http.path ?? '/'),
      receivedMs: timeOf(requestContext.timeEpoch),
      hasGateway: !isFunctionUrl(requestContext.domainName),
      ...common(event),
    };
  }
  if (typeof event.httpMethod !== 'string') return undefined;
  return {
    method: event.httpMethod,
    path: String(event.path ?? '/'),
    receivedMs: timeOf(requestContext.requestTimeEpoch),
    hasGateway: true,
    ...common(event),
  };
};
