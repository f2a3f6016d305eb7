import { randomUUID } from 'node:crypto';
import type { HttpReply } from './http-server.ts';
import type { Outcome } from './outcome.ts';
import { notJson, type Refusal, serviceFailed } from './refusals.ts';

/** What a call to Invoke ends with. */
export type InvokeReply =
  | {
      readonly kind: 'executed';
      readonly requestId: string;
      /** The version that ran, as the qualifier resolved. */
      readonly executedVersion: string;
      /** JSON: the handler's result, or `{errorType, errorMessage, trace?}` of a function error. */
      readonly payload: Buffer;
      readonly functionError?: 'Unhandled';
      /** The last 4 KB of the log, when asked for. */
      readonly logTail?: Buffer;
    }
  | { readonly kind: 'accepted'; readonly requestId: string }
  | { readonly kind: 'permitted'; readonly requestId: string }
  | { readonly kind: 'refused'; readonly requestId: string; readonly refusal: Refusal };

/** The reply to a synchronous invocation that reached an environment. */
export const toInvokeReply = (
  outcome: Outcome,
  requestId: string,
  executedVersion: string,
  logTail?: Buffer,
): InvokeReply => {
  const executed = { kind: 'executed', requestId, executedVersion, ...(logTail && { logTail }) } as const;
  switch (outcome.kind) {
    case 'returned':
      return { ...executed, payload: outcome.payload };
    case 'failed':
      return { ...executed, payload: outcome.payload, functionError: 'Unhandled' };
    case 'not json':
      return { kind: 'refused', requestId, refusal: notJson(outcome.detail) };
    case 'service failed':
      return { kind: 'refused', requestId, refusal: serviceFailed(outcome.detail) };
    default:
      return outcome satisfies never;
  }
};

const JSON_TYPE = 'application/json';

/** The HTTP form of a reply: status, headers and body of Lambda's Invoke API. */
export const toHttpReply = (reply: InvokeReply): HttpReply => {
  const id = { 'x-amzn-requestid': reply.requestId };
  switch (reply.kind) {
    case 'executed':
      return {
        status: 200,
        headers: {
          ...id,
          'content-type': JSON_TYPE,
          'x-amz-executed-version': reply.executedVersion,
          ...(reply.functionError && { 'x-amz-function-error': reply.functionError }),
          ...(reply.logTail && { 'x-amz-log-result': reply.logTail.toString('base64') }),
        },
        body: reply.payload,
      };
    case 'accepted':
      return { status: 202, headers: id, body: '' };
    case 'permitted':
      return { status: 204, headers: id, body: '' };
    case 'refused':
      return {
        status: reply.refusal.status,
        headers: {
          ...id,
          'content-type': JSON_TYPE,
          'x-amzn-errortype': reply.refusal.name,
          ...reply.refusal.headers,
        },
        body: JSON.stringify(reply.refusal.body),
      };
    default:
      return reply satisfies never;
  }
};

/** The HTTP form of a refusal of what is no invocation yet. */
export const refuse = (refusal: Refusal): HttpReply =>
  toHttpReply({ kind: 'refused', requestId: randomUUID(), refusal });

/** The HTTP form of the answer to a question. */
export const answerWith = (body: unknown): HttpReply => ({
  status: 200,
  headers: { 'x-amzn-requestid': randomUUID(), 'content-type': JSON_TYPE },
  body: JSON.stringify(body),
});
