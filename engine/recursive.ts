import { randomUUID } from 'node:crypto';
import * as z from 'zod';
import {
  ConfigurationError,
  checkNesting,
  InvalidRequestError,
  messageOf,
  StoreError,
  VersionSkewError,
} from '../platform/index.ts';
import { openStore } from '../platform/storage/index.ts';
import { type Invoke, systemClock } from './child/ports.ts';
import { readRecursionConfig } from './config.ts';
import { expiringKeys } from './expiring-keys.ts';
import type { Handler, HandlerDeps, InvocationContext, ReplyStream, Start } from './handler.ts';
import { markAborted } from './invocation/abort-marker.ts';
import { createItemTime, withChosenWork } from './invocation/item-time.ts';
import { serveChild } from './invocation/serve-child.ts';
import { serveRoot } from './invocation/serve-root.ts';
import { streamRoot } from './invocation/stream-root.ts';
import { MAX_PARALLEL_REQUESTS } from './limits.ts';
import { ENVELOPE_KEY, failure, isEnvelope, readAbort, refusal, type Sealed } from './protocol/envelope.ts';
import { fitReply } from './protocol/fit.ts';
import { type Request, readRequest } from './protocol/request.ts';
import { type OpenStore, pack, takesClaims } from './protocol/wire.ts';
import {
  checkSchemas,
  type GivenOptionsOf,
  type OptionsOf,
  type OptionsShape,
  type Schema,
} from './schema.ts';
import { keepLarge } from './stored-batch/keep-reply.ts';
import { serveManifest } from './stored-batch/serve-manifest.ts';
import { type ThreadOptions, threaded } from './threads/threaded.ts';
import type { Work } from './work.ts';

/** How a recursive function presents itself. */
export interface RecursiveOptions<Item = unknown, Shape extends OptionsShape = OptionsShape, Given = unknown>
  extends Partial<Pick<HandlerDeps, 'config' | 'invoke' | 'clock' | 'report' | 'openStore'>> {
  /** Name of an item in requests and results. Default `item`. */
  readonly itemKey?: string;
  /** What an item must be; its output is what the work function is given, in whichever invocation. Default: any JSON. */
  readonly item?: Schema<Given, Item>;
  /** The function's own options, beside those of the tree: a schema for each. Default: none. */
  readonly options?: Shape;
  /** How an item is shown in its result. Default: as it is. */
  readonly label?: (item: Item) => unknown;
  /** Own work in worker threads, one per vCPU: for functions that compute. Default: all on the main thread. */
  readonly threads?: ThreadOptions<Item, OptionsOf<Shape>>;
}

const anything = z.unknown();

/**
 * Parallelism in one line: makes a Lambda handler of a work function. Given more items than
 * `MAX_WORK_PER_REQUEST`, the handler works on its own share and invokes its own function for the rest,
 * concurrently, then answers the results in the order of the items.
 *
 * Outside Lambda (no `AWS_LAMBDA_FUNCTION_NAME`), or with `FANOUT_ENABLED=false`, everything is done in place.
 *
 * @throws ConfigurationError when an environment variable, a schema or `threads` is malformed, at creation.
 */
export const recursive = <Item, Result, Shape extends OptionsShape = Record<never, never>, Given = Item>(
  work: Work<Item, Result, OptionsOf<Shape>>,
  {
    itemKey = 'item',
    item = anything as Schema<unknown, unknown> as Schema<Given, Item>,
    options = {} as Shape,
    label = (given) => given,
    threads,
    config = readRecursionConfig(process.env),
    invoke,
    clock = systemClock,
    report,
    openStore = config.store === undefined ? undefined : storeOnFirstUse(config.store),
  }: RecursiveOptions<Item, Shape, Given> = {},
): Handler<Given, Result, GivenOptionsOf<Shape>> => {
  checkSchemas(item, options);
  const deps: HandlerDeps = {
    form: { itemKey, item, options },
    label: label as (item: unknown) => unknown,
    work: (threads ? threaded(work, threads) : work) as HandlerDeps['work'],
    config,
    clock,
    itemTime: createItemTime(),
    invoke: invoke ?? connectOnFirstCall(),
    openStore,
    ...(report && { report }),
  };
  const environment = process.env.AWS_LAMBDA_LOG_STREAM_NAME ?? randomUUID();
  let cold = true;
  return async (event, given) => {
    const context = withVersion(given, config.functionVersion);
    const start = { context, cold, environment };
    cold = false;
    checkNesting(event);
    if (isEnvelope(event)) return answerParent(event, start, deps);
    const request = withChosenWork(readRequest(event, deps.form), config, deps.itemTime);
    const { list } = request;
    // its results go to the store, and its reply is short
    if (list !== undefined) return serveManifest({ ...request, list }, start, deps);
    const lines = linesFor(request, context);
    if (lines) return streamRoot(request, lines, start, deps);
    const reply = await serveRoot(request, start, deps);
    if (deps.openStore && !context.viaHttp)
      await keepLarge(event, reply, context.awsRequestId, deps.openStore);
    return reply;
  };
};

/**
 * Where lines go, if they are asked for.
 *
 * @throws InvalidRequestError where this function has no streams, and over HTTP, where a reply has a status and a type of its own.
 */
const linesFor = (
  { options }: Request,
  { lines, streaming, viaHttp }: InvocationContext,
): ReplyStream | undefined => {
  if (lines || !options.stream) return lines;
  if (viaHttp) {
    throw new InvalidRequestError(
      'options.stream: expected over HTTP in the header accept (application/x-ndjson), and through a function URL; received without.',
    );
  }
  if (streaming) return streaming.open();
  throw new InvalidRequestError(
    'options.stream: expected of a function that streams (its handler in withStreaming, and STREAMING=true, which a deploy with streaming sets), received by one that does not.',
  );
};

const answerParent = async (event: Sealed, start: Start, deps: HandlerDeps): Promise<unknown> => {
  const aborted = readAbort(event);
  if (aborted !== undefined) {
    // where there is no store nobody can be told
    if (deps.openStore) await markAborted(await deps.openStore(), aborted);
    return { [ENVELOPE_KEY]: {} };
  }
  try {
    // the runtime writes JSON, so what is packed is unwrapped once more
    const store = takesClaims(event) ? deps.openStore : undefined;
    const reply = await serveChild(event, start, deps);
    return JSON.parse(await pack(store ? reply : fitReply(reply), store));
  } catch (error) {
    // this environment is not the one to answer: somebody else is asked
    const isElsewhere =
      error instanceof VersionSkewError || error instanceof ConfigurationError || error instanceof StoreError;
    if (isElsewhere) return refusal(error);
    if (start.context.streaming) return failure(error);
    throw error;
  }
};

/** Most invocations of a tree are leaves and need no client, so its 60 ms of import wait for the first call. */
const connectOnFirstCall = (): Invoke => {
  let connected: Promise<Invoke> | undefined;
  return async (call) => {
    connected ??= import('./child/lambda.ts').then(
      ({ createLambdaInvoke }) => createLambdaInvoke({ maxSockets: MAX_PARALLEL_REQUESTS }),
      (cause: unknown) => {
        throw new ConfigurationError(
          `Expected the AWS SDK to be there to call children with: ${messageOf(cause)}. ` +
            'A bundle that is an ES module takes it with the main fields "module,main", or needs a require of its own.',
          { cause },
        );
      },
    );
    return (await connected)(call);
  };
};

const storeOnFirstUse = (url: string): OpenStore => {
  let opened: ReturnType<OpenStore> | undefined;
  return () => {
    opened ??= openStore(url, { expiring: expiringKeys });
    return opened;
  };
};

/** Stand-ins of Lambda may leave the version out of the context; the environment has it then. */
const withVersion = (context: InvocationContext, functionVersion = '$LATEST'): InvocationContext =>
  context.functionVersion
    ? context
    : {
        awsRequestId: context.awsRequestId,
        functionVersion,
        getRemainingTimeInMillis: () => context.getRemainingTimeInMillis(),
        ...(context.streaming && { streaming: context.streaming }),
        ...(context.lines && { lines: context.lines }),
        ...(context.viaHttp && { viaHttp: true }),
        ...(context.hasGateway && { hasGateway: true }),
      };
