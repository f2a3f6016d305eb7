import { subscribe } from 'node:diagnostics_channel';
import type { ClientRequest } from 'node:http';
import { BroadcastChannel, isMainThread } from 'node:worker_threads';

/**
 * Where the answer's way out cannot be seen: the runtime posts it to a local socket, which takes a few milliseconds,
 * and asks for the next invocation, upon which Lambda freezes the environment a little later.
 */
const ANSWER_LEAVES_MS = 50;

/** What was given up has so long to end, where there is time: pictures of ordinary size do, and cost no environment. */
const LEFTOVERS_END_MS = 100;

/** Time that has to be left of an invocation before it waits for that. */
const TIME_TO_WAIT_MS = 1_000;

/** On it a worker thread tells the main thread of its mark: memory is the process's. */
const CHANNEL = 'droste: retire this environment';

/** The end of an execution environment that must not be used again. */
export interface Retirement {
  /** The invocation under way is to be the last one. */
  mark(): void;
  /** The same handler, after whose answer a marked environment ends. */
  last<H extends Handler>(handler: H): H;
}

/** What an invocation has left running: resolves at its end, undefined where there is nothing. */
export type Leftovers = () => Promise<unknown> | undefined;

/** The context is the last argument: of one that streams, after its stream. */
type Handler = (...given: never[]) => Promise<unknown>;

/** Whether something goes on, after the time that it may take. */
const goesOn = async (
  leftovers: Leftovers,
  context: { getRemainingTimeInMillis?(): number } | undefined,
): Promise<boolean> => {
  const left = leftovers();
  if (left === undefined) return false;
  if ((context?.getRemainingTimeInMillis?.() ?? 0) < TIME_TO_WAIT_MS) return true;
  const { promise, resolve } = Promise.withResolvers<true>();
  const timer = setTimeout(resolve, LEFTOVERS_END_MS, true as const);
  return Promise.race([left.then(() => false), promise]).finally(() => clearTimeout(timer));
};

/** Runs `then` when the runtime has handed an answer over: `POST …/invocation/{id}/response` of Lambda's runtime API. */
const onAnswered = (then: () => void): void => {
  subscribe('http.client.response.finish', (message) => {
    const { path } = (message as { readonly request: ClientRequest }).request;
    const [api, invocation, , end] = path.split('/').slice(-4);
    if (api === 'runtime' && invocation === 'invocation' && (end === 'response' || end === 'error')) then();
  });
};

/**
 * Ends this execution environment after its answer, once it is marked: native code that has failed once may have left
 * its memory in any state, so nobody else's picture is to meet it, while the others of its batch still get their answer.
 * Lambda starts another environment, as it does after any exit. Should the environment be frozen before the exit, the
 * next invocation dies with it, which its parent takes for what it is, a crash, and sends elsewhere.
 *
 * So does one whose work goes on after its answer: a decode cannot be ended, and keeps a thread and memory from
 * whoever calls next.
 *
 * @param leftovers looked at when a handler has answered. Default: there are none
 */
export const createRetirement = (leftovers: Leftovers = () => undefined): Retirement => {
  let marked = false;
  const channel = new BroadcastChannel(CHANNEL);
  channel.unref();
  if (isMainThread) {
    channel.onmessage = () => {
      marked = true;
    };
  }
  // an exit in good order waits for libuv's threads, and so for the very decode that goes on
  const exit = () => process.kill(process.pid, 'SIGKILL');
  return {
    mark: () => {
      marked = true;
      if (!isMainThread) channel.postMessage('marked');
    },
    last: <H extends Handler>(handler: H) => {
      const ending = async (...given: never[]) => {
        try {
          return await handler(...given);
        } finally {
          if (marked || (await goesOn(leftovers, given.at(-1)))) {
            onAnswered(exit);
            setTimeout(exit, ANSWER_LEAVES_MS);
          }
        }
      };
      // what marks a handler as one that streams is a property of it
      return Object.assign(ending, handler) as unknown as H;
    },
  };
};
