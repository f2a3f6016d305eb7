import type { ThrottleReason } from './refusals.ts';

/** Why an execution environment is no more. */
export type EnvironmentEnd =
  | 'exited'
  | 'timed out'
  | 'out of memory'
  | 'init failed'
  | 'outdated'
  | 'made room'
  | 'host closed'
  | 'not started';

interface Place {
  readonly functionName: string;
  readonly version: string;
  readonly environmentId: string;
}

/** What happens in a local host, as it happens. */
export type HostEvent =
  | ({ readonly kind: 'environment started'; readonly pid: number | undefined } & Place)
  | ({ readonly kind: 'environment ended'; readonly reason: EnvironmentEnd } & Place)
  | ({
      readonly kind: 'invocation started';
      readonly requestId: string;
      readonly cold: boolean;
      /** The event, as it came. */
      readonly payload: Uint8Array;
    } & Place)
  | ({
      readonly kind: 'invocation ended';
      readonly requestId: string;
      readonly durationMs: number;
      /** Only of a cold start. */
      readonly initMs?: number;
      readonly maxMemoryMb: number;
      /** `errorType` of a function error. */
      readonly errorType?: string;
    } & Place)
  | ({
      readonly kind: 'log';
      /** Absent for what is written between two invocations. */
      readonly requestId?: string;
      readonly stream: 'stdout' | 'stderr';
      readonly line: string;
    } & Place)
  | {
      readonly kind: 'throttled';
      readonly functionName: string;
      readonly reason: ThrottleReason;
      readonly payload: Uint8Array;
    }
  | { readonly kind: 'recursive loop stopped'; readonly functionName: string }
  | { readonly kind: 'execution started'; readonly machine: string; readonly name: string }
  | {
      readonly kind: 'execution ended';
      readonly machine: string;
      readonly name: string;
      /** Of one that has reached its end. */
      readonly output?: unknown;
      /** Of one that has not. */
      readonly error?: string;
    }
  /** An asynchronous invocation failed for the last time: what AWS tells a dead-letter queue or a destination. */
  | {
      readonly kind: 'event dropped';
      readonly functionName: string;
      readonly requestId: string;
      readonly errorType: string;
    };

/** Told of every event, in order. It must not throw. */
export type Observe = (event: HostEvent) => void;
