import { setTimeout as sleep } from 'node:timers/promises';
import type { Observe } from './host-events.ts';
import type { Answer, HttpReply, HttpRequest } from './http-server.ts';
import type { InvokeCall } from './invoke-call.ts';
import type { InvokeReply } from './replies.ts';

/** What a state machine may do on the local host. */
export interface MachineContext {
  /** Calls a function and waits for it; for an environment too, when all are busy. */
  readonly invoke: (target: string, payload: string) => Promise<InvokeReply>;
  /** Lets time pass. @throws when the host is closed meanwhile. */
  readonly wait: (seconds: number) => Promise<void>;
}

/** A program that runs for an execution's whole life, in place of a state machine's definition. */
export type StateMachine = (input: unknown, context: MachineContext) => Promise<unknown>;

/** Executions of state machines, as Step Functions' API starts them. */
export interface Executions {
  /** Starts one, unless one of that name and input is running; false where there was another, or it has ended. */
  start(machine: string, name: string, input: unknown): boolean;
  /** Whether a request is one of Step Functions' API; then `answer` is for it. */
  isFor(request: HttpRequest): boolean;
  readonly answer: Answer;
  /** Starts no more, and ends what waits. */
  close(): void;
}

export interface ExecutionsOptions {
  readonly machines: Readonly<Record<string, StateMachine>>;
  readonly invoke: (call: InvokeCall) => Promise<InvokeReply>;
  readonly observe: Observe;
}

const TARGET = /^AWSStepFunctions\.(\w+)$/;

const reply = (status: number, body: unknown): HttpReply => ({
  status,
  headers: { 'content-type': 'application/x-amz-json-1.0' },
  body: JSON.stringify(body),
});

const refuse = (type: string, message: string): HttpReply => reply(400, { __type: type, message });

const targetOf = ({ message }: HttpRequest): string | undefined =>
  TARGET.exec(message.headersDistinct['x-amz-target']?.[0] ?? '')?.[1];

/** The ARN under which the host knows a machine. */
export const machineArn = (machine: string): string =>
  `arn:aws:states:us-east-1:123456789012:stateMachine:${machine}`;

/** Runs state machines inside the host's process, and answers `StartExecution` of Step Functions' API. */
export const openExecutions = ({ machines, invoke, observe }: ExecutionsOptions): Executions => {
  const closing = new AbortController();
  /** By machine and name: the input of an execution that is running, undefined of one that has ended; and its start. */
  const known = new Map<string, { readonly text: string | undefined; readonly startedMs: number }>();

  const context: MachineContext = {
    invoke: (functionName, payload) =>
      invoke({ functionName, payload: Buffer.from(payload), wait: closing.signal }),
    wait: (seconds) => sleep(seconds * 1_000, undefined, { signal: closing.signal }),
  };

  const run = async (machine: string, name: string, input: unknown): Promise<void> => {
    observe({ kind: 'execution started', machine, name });
    try {
      const output = await machines[machine]?.(input, context);
      observe({ kind: 'execution ended', machine, name, output });
    } catch (error) {
      // what the host's end cuts off is nobody's failure
      if (!closing.signal.aborted) observe({ kind: 'execution ended', machine, name, error: String(error) });
    }
  };

  /** When the execution of that name and input began, if it is running now. */
  const begin = (machine: string, name: string, input: unknown): number | undefined => {
    const key = `${machine}:${name}`;
    const text = JSON.stringify(input);
    if (closing.signal.aborted) return undefined;
    const found = known.get(key);
    if (found) return found.text === text ? found.startedMs : undefined;
    const startedMs = Date.now();
    known.set(key, { text, startedMs });
    void run(machine, name, input).finally(() => known.set(key, { text: undefined, startedMs }));
    return startedMs;
  };

  const startExecution = (body: Buffer | undefined): HttpReply => {
    const { stateMachineArn = '', name = '', input = '{}' } = JSON.parse(String(body ?? '{}'));
    const machine = Object.keys(machines).find((each) => machineArn(each) === stateMachineArn);
    if (machine === undefined) {
      return refuse('StateMachineDoesNotExist', `State Machine Does Not Exist: '${stateMachineArn}'`);
    }
    if (!/^[\w-]{1,80}$/.test(name)) return refuse('InvalidName', `Invalid Name: '${name}'`);
    const executionArn = `${stateMachineArn.replace(':stateMachine:', ':execution:')}:${name}`;
    const startedMs = begin(machine, name, JSON.parse(input));
    if (startedMs === undefined) {
      return refuse('ExecutionAlreadyExists', `Execution Already Exists: '${executionArn}'`);
    }
    return reply(200, { executionArn, startDate: startedMs / 1_000 });
  };

  return {
    start: (machine, name, input) => begin(machine, name, input) !== undefined,
    isFor: (request) => request.path === '/' && targetOf(request) !== undefined,
    answer: async (request) => {
      const operation = targetOf(request);
      if (operation !== 'StartExecution') {
        return refuse('UnknownOperationException', `Expected StartExecution, received ${operation}`);
      }
      try {
        return startExecution(request.body);
      } catch (error) {
        return refuse('SerializationException', String(error));
      }
    },
    close: () => closing.abort(),
  };
};
