import { subscribe } from 'node:diagnostics_channel';
import type { ClientRequest } from 'node:http';
import { BroadcastChannel, isMainThread } from 'node:worker_threads';

/**
 * Where the answer's way out cannot be seen: the runtime posts it to a local socket, which takes a few milliseconds,
 * and asks for the next invocation, upon which Lambda freezes the environment a little later.
 */
const ANSWER_LEAVES_MS = 50;

/** On it a worker thread tells the main thread of its mark: memory is the process's. */
const CHANNEL = 'droste: retire this environment';

/** The end of an execution environment that must not be used again. */
export interface Retirement {
  /** The invocation under way is to be the last one. */
  mark(): void;
  /** The same handler, after whose answer a marked environment ends. */
  last<H extends (event: never, context: never) => Promise<unknown>>(handler: H): H;
}

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
 */
export const createRetirement = (): Retirement => {
  let marked = false;
  const channel = new BroadcastChannel(CHANNEL);
  channel.unref();
  if (isMainThread) {
    channel.onmessage = () => {
      marked = true;
    };
  }
  const exit = () => process.exit(1);
  return {
    mark: () => {
      marked = true;
      if (!isMainThread) channel.postMessage('marked');
    },
    last: <H extends (event: never, context: never) => Promise<unknown>>(handler: H) =>
      (async (event, context) => {
        try {
          return await handler(event, context);
        } finally {
          if (marked) {
            onAnswered(exit);
            setTimeout(exit, ANSWER_LEAVES_MS);
          }
        }
      }) as H,
  };
};
