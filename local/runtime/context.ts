import type { InvokeMessage } from './messages.ts';

/** The second argument of a handler: what the Node.js 24 runtime gives (runtime interface client 4). */
export interface LambdaContext {
  readonly clientContext: unknown;
  readonly identity: undefined;
  readonly invokedFunctionArn: string;
  readonly awsRequestId: string;
  readonly tenantId: undefined;
  readonly xRayTraceId: string;
  readonly getRemainingTimeInMillis: () => number;
  readonly functionName: string;
  readonly functionVersion: string;
  /** MB, as text: the runtime passes its environment variable on. */
  readonly memoryLimitInMB: string;
  readonly logGroupName: string;
  readonly logStreamName: string;
}

/** Builds the context of one invocation from what the host sent and the environment's own variables. */
export const buildContext = (message: InvokeMessage, variables: NodeJS.ProcessEnv): LambdaContext => ({
  clientContext: message.clientContext === undefined ? undefined : JSON.parse(message.clientContext),
  identity: undefined,
  invokedFunctionArn: message.invokedFunctionArn,
  awsRequestId: message.requestId,
  tenantId: undefined,
  xRayTraceId: message.traceId,
  getRemainingTimeInMillis: () => message.deadlineMs - Date.now(),
  functionName: variables.AWS_LAMBDA_FUNCTION_NAME ?? '',
  functionVersion: variables.AWS_LAMBDA_FUNCTION_VERSION ?? '',
  memoryLimitInMB: variables.AWS_LAMBDA_FUNCTION_MEMORY_SIZE ?? '',
  logGroupName: variables.AWS_LAMBDA_LOG_GROUP_NAME ?? '',
  logStreamName: variables.AWS_LAMBDA_LOG_STREAM_NAME ?? '',
});
