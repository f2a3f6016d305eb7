import {
  EVENT_REQUEST_MAX_BYTES,
  type FunctionName,
  parseFunctionName,
  quote,
  SYNC_REQUEST_MAX_BYTES,
} from '../platform/index.ts';
import * as refusals from './refusals.ts';
import type { ReplyReader } from './reply-reader.ts';
import type { FunctionVersion, Versions } from './versions.ts';

/** One call of the Invoke API. */
export interface InvokeCall {
  /** Name, `name:qualifier`, or an ARN of either. */
  readonly functionName: string;
  readonly qualifier?: string | undefined;
  /** JSON; empty stands for `{}`. */
  readonly payload: Buffer;
  /** `RequestResponse` (default), `Event` or `DryRun`. */
  readonly invocationType?: string | undefined;
  /** `Tail` asks for the end of the log; default `None`. */
  readonly logType?: string | undefined;
  /** `X-Amzn-Trace-Id`. */
  readonly traceId?: string | undefined;
  /** JSON, decoded. */
  readonly clientContext?: string | undefined;
  /** A synchronous call waits for an environment until then. Default: it is throttled at once, as by Lambda. */
  readonly wait?: AbortSignal | undefined;
  /** Reads the reply of a synchronous call as it comes about. Default: it is answered whole. */
  readonly reader?: ReplyReader | undefined;
}

const INVOCATION_TYPES = ['RequestResponse', 'Event', 'DryRun'] as const;

/** How a call wants to be answered. */
export type InvocationType = (typeof INVOCATION_TYPES)[number];

/** A call as checked: what to run, or why not. */
export type CheckedCall =
  | {
      readonly kind: 'valid';
      readonly type: InvocationType;
      readonly version: FunctionVersion;
      /** As called: of the alias, when called by alias. */
      readonly invokedArn: string;
      readonly payload: Buffer;
    }
  | { readonly kind: 'invalid'; readonly refusal: refusals.Refusal };

const EMPTY_EVENT = Buffer.from('{}');

const isInvocationType = (text: string): text is InvocationType =>
  (INVOCATION_TYPES as readonly string[]).includes(text);

/** The largest payload of an invocation type, in bytes; of a type nobody knows, the larger one. */
export const payloadMaxBytes = (invocationType: string | undefined): number =>
  invocationType === 'Event' ? EVENT_REQUEST_MAX_BYTES : SYNC_REQUEST_MAX_BYTES;

const jsonFault = (payload: Buffer): string | undefined => {
  try {
    JSON.parse(payload.toString());
    return undefined;
  } catch (thrown) {
    return String(thrown);
  }
};

/** The function that a call names, in its name and in its qualifier. */
export const readTarget = ({
  functionName,
  qualifier,
}: Pick<InvokeCall, 'functionName' | 'qualifier'>): FunctionName | refusals.Refusal => {
  const parsed = parseFunctionName(functionName);
  if (parsed === undefined) {
    return refusals.invalidParameter(
      `Expected a function name, name:qualifier or ARN, received ${quote(functionName)}`,
    );
  }
  if (qualifier === undefined) return parsed;
  if (parsed.qualifier !== undefined && parsed.qualifier !== qualifier) {
    return refusals.invalidParameter(
      `The derived qualifier from the function name (${parsed.qualifier}) does not match the specified qualifier (${qualifier}).`,
    );
  }
  return { ...parsed, qualifier };
};

/** Checks whatever can be checked before anything runs, in Lambda's order: parameters, function, payload. */
export const checkCall = (call: InvokeCall, versions: Pick<Versions, 'resolve'>): CheckedCall => {
  const invalid = (refusal: refusals.Refusal): CheckedCall => ({ kind: 'invalid', refusal });

  const type = call.invocationType ?? 'RequestResponse';
  if (!isInvocationType(type)) {
    const expected = INVOCATION_TYPES.join(', ');
    return invalid(
      refusals.invalidParameter(`Expected an invocation type of ${expected}, received ${quote(type)}`),
    );
  }
  const target = readTarget(call);
  if ('status' in target) return invalid(target);
  const resolved = versions.resolve(target);
  if (resolved.kind === 'missing') return invalid(refusals.notFound(resolved.invokedArn));

  const payload = call.payload.length === 0 ? EMPTY_EVENT : call.payload;
  const maxBytes = payloadMaxBytes(type);
  if (payload.length > maxBytes) return invalid(refusals.requestTooLarge(maxBytes));
  // a synchronous event is parsed once, by the environment that needs it parsed
  const fault = type === 'RequestResponse' ? undefined : jsonFault(payload);
  if (fault !== undefined) return invalid(refusals.notJson(fault));

  const { version, invokedArn } = resolved;
  return { kind: 'valid', type, version, invokedArn, payload };
};
