import { type Envelope, isEnvelope, openEnvelope } from '../../../engine/driver.ts';
import type { ChooseFault, Fault, HostEvent } from '../../../local/index.ts';

/** An invocation of a tree, as its environment is given it. */
export interface StartedInvocation {
  /** The invocation's own request id. */
  readonly id: string;
  readonly envelope: Envelope;
  readonly environment: string;
  /** The environment's process. */
  readonly pid: number | undefined;
  readonly cold: boolean;
}

/** Whoever follows one tree, from outside it. */
export interface TreeFollower {
  /** What is to go wrong with a call of the tree. */
  fault(envelope: Envelope): Fault | undefined;
  /** A call was refused with 429, on purpose or not. */
  throttled(envelope: Envelope): void;
  started(invocation: StartedInvocation): void;
  /** @param failed whether it ended in a function error, a crash too */
  ended(id: string, failed: boolean): void;
}

/** Tells trees apart among the calls of a host. */
export interface TreeWatch {
  /** For the host's `observe`. */
  observe(event: HostEvent): void;
  /** For the host's `fault`. */
  readonly chooseFault: ChooseFault;
  /** Follows the tree of a root request id. @returns ends it */
  follow(rootRequestId: string, follower: TreeFollower): () => void;
}

/** What a call says of its place in a tree; undefined for one that belongs to none. */
const envelopeOf = (payload: Uint8Array | undefined): Envelope | undefined => {
  try {
    const event: unknown = JSON.parse(Buffer.from(payload ?? []).toString());
    return isEnvelope(event) ? openEnvelope(event) : undefined;
  } catch {
    return undefined;
  }
};

/** Watches the calls of a host. Nothing is read of them while nobody follows a tree. */
export const watchTrees = (): TreeWatch => {
  const followers = new Map<string, TreeFollower>();
  const running = new Map<string, TreeFollower>();
  const pids = new Map<string, number | undefined>();

  const read = (payload: Uint8Array | undefined) => {
    const envelope = followers.size > 0 ? envelopeOf(payload) : undefined;
    const follower = envelope && followers.get(envelope.rootRequestId);
    return envelope && follower ? { envelope, follower } : undefined;
  };

  return {
    chooseFault: (_call, payload) => {
      const call = read(payload);
      const fault = call?.follower.fault(call.envelope);
      if (fault?.kind === 'throttle') call?.follower.throttled(call.envelope);
      return fault;
    },
    observe: (event) => {
      switch (event.kind) {
        case 'environment started':
          pids.set(event.environmentId, event.pid);
          return;
        case 'environment ended':
          pids.delete(event.environmentId);
          return;
        case 'throttled': {
          const call = read(event.payload);
          call?.follower.throttled(call.envelope);
          return;
        }
        case 'invocation started': {
          const call = read(event.payload);
          if (!call) return;
          const { requestId: id, environmentId: environment, cold } = event;
          running.set(id, call.follower);
          call.follower.started({
            ...{ id, environment, cold },
            envelope: call.envelope,
            pid: pids.get(environment),
          });
          return;
        }
        case 'invocation ended':
          running.get(event.requestId)?.ended(event.requestId, event.errorType !== undefined);
          running.delete(event.requestId);
          return;
        default:
      }
    },
    follow: (rootRequestId, follower) => {
      followers.set(rootRequestId, follower);
      return () => void followers.delete(rootRequestId);
    },
  };
};
