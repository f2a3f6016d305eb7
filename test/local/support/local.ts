import type { TestContext } from 'node:test';
import { InvokeCommand, type InvokeCommandInput, LambdaClient } from '@aws-sdk/client-lambda';
import {
  type HostEvent,
  type LocalFunction,
  type LocalHost,
  type LocalHostOptions,
  startLocalHost,
} from '../../../local/index.ts';

/** URL of a handler of this folder. */
export const handlerUrl = (name: string): string => new URL(`../handlers/${name}`, import.meta.url).href;

/** A host for one test: closed after it, with all its events kept. */
export interface TestHost extends LocalHost {
  readonly events: HostEvent[];
  /** Resolves with the first event, past or to come, that is like this. */
  event<K extends HostEvent['kind']>(
    kind: K,
    like?: (event: Extract<HostEvent, { kind: K }>) => boolean,
  ): Promise<Extract<HostEvent, { kind: K }>>;
  /** Invokes through the real SDK. */
  send(input: Partial<InvokeCommandInput>): Promise<SdkReply>;
}

/** What the SDK made of a reply. */
export interface SdkReply {
  readonly status: number | undefined;
  readonly functionError: string | undefined;
  readonly executedVersion: string | undefined;
  readonly requestId: string | undefined;
  readonly logResult: string | undefined;
  // biome-ignore lint/suspicious/noExplicitAny: what a handler returned, for assertions
  readonly payload: any;
}

export const startTestHost = async (
  t: TestContext,
  functions: readonly LocalFunction[],
  concurrency = 4,
  options: Pick<LocalHostOptions, 'stateMachines'> = {},
): Promise<TestHost> => {
  const events: HostEvent[] = [];
  const listeners = new Set<(event: HostEvent) => void>();
  const host = await startLocalHost({
    functions,
    concurrency,
    ...options,
    observe: (event) => {
      events.push(event);
      for (const listener of listeners) listener(event);
    },
  });
  const client = new LambdaClient({ ...host.connection, maxAttempts: 1 });
  t.after(async () => {
    client.destroy();
    await host.close();
  });

  return {
    ...host,
    events,
    event: (kind, like = () => true) =>
      new Promise((resolve) => {
        type Wanted = Extract<HostEvent, { kind: typeof kind }>;
        const look = (event: HostEvent): void => {
          if (event.kind !== kind || !like(event as Wanted)) return;
          listeners.delete(look);
          resolve(event as Wanted);
        };
        listeners.add(look);
        for (const event of events) look(event);
      }),
    send: async (input) => {
      const reply = await client.send(new InvokeCommand({ FunctionName: functions[0]?.name, ...input }));
      const text = reply.Payload?.transformToString() ?? '';
      return {
        status: reply.StatusCode,
        functionError: reply.FunctionError,
        executedVersion: reply.ExecutedVersion,
        requestId: reply.$metadata.requestId,
        logResult: reply.LogResult && Buffer.from(reply.LogResult, 'base64').toString(),
        payload: text === '' ? undefined : JSON.parse(text),
      };
    },
  };
};
