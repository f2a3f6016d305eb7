import { type Environment, type EnvironmentOptions, type Job, startEnvironment } from './environment.ts';
import type { Outcome } from './outcome.ts';
import type { FunctionVersion } from './versions.ts';

/** Runs an invocation that has its slot. */
export type RunJob = (job: Job) => Promise<Outcome>;

/** The execution environments of a host. */
export interface Environments {
  readonly run: RunJob;
  /** Ends the idle environments of versions that nothing leads to any more. */
  endOutdated(): void;
  /** Kills every environment and waits for them to be gone. */
  close(): Promise<void>;
}

/** What the pool is made of. */
export interface EnvironmentsOptions extends EnvironmentOptions {
  /** Most processes at once, idle ones included. */
  readonly limit: number;
  readonly isCurrent: (version: FunctionVersion) => boolean;
}

const CLOSED: Outcome = {
  kind: 'service failed',
  detail: 'The local host was closed before the invocation began',
  durationMs: 0,
  maxMemoryMb: 0,
};

/**
 * Starts environments on demand and reuses them, last used first. When a process must be started and the limit is
 * reached, the environment idle for longest makes room.
 */
export const openEnvironments = (options: EnvironmentsOptions): Environments => {
  const { observe, limit, isCurrent } = options;
  const all = new Set<Environment>();
  const idle: Environment[] = [];
  const busy = new Map<FunctionVersion, number>();
  let closed = false;

  const takeIdle = (version: FunctionVersion): Environment | undefined => {
    const at = idle.findLastIndex((environment) => environment.version === version && environment.alive);
    return at < 0 ? undefined : idle.splice(at, 1)[0];
  };

  const forget = (environment: Environment): void => {
    all.delete(environment);
    const at = idle.indexOf(environment);
    if (at >= 0) idle.splice(at, 1);
  };

  const start = async (version: FunctionVersion): Promise<Environment | undefined> => {
    // a killed process counts until it is gone
    while (all.size >= limit) {
      idle.shift()?.end('made room');
      await Promise.race([...all].map((environment) => environment.ended));
    }
    if (closed) return undefined;
    const environment = startEnvironment(version, options);
    all.add(environment);
    void environment.ended.then(() => forget(environment));
    return environment;
  };

  const endOutdated = (): void => {
    // while a version is at work its warm environments are of use: a tree of invocations stays on one version
    const outdated = idle.filter(({ version }) => !isCurrent(version) && !busy.get(version));
    for (const environment of outdated) {
      idle.splice(idle.indexOf(environment), 1);
      environment.end('outdated');
    }
  };

  const count = (version: FunctionVersion, change: 1 | -1): void => {
    const now = (busy.get(version) ?? 0) + change;
    if (now === 0) busy.delete(version);
    else busy.set(version, now);
  };

  const runIn = async (environment: Environment, job: Job): Promise<Outcome> => {
    const { requestId, payload } = job.message;
    const { functionName, version } = job.version;
    const place = { functionName, version, environmentId: environment.id, requestId };
    observe({ kind: 'invocation started', ...place, cold: !environment.warm, payload });
    const outcome = await environment.run(job);
    observe({
      kind: 'invocation ended',
      ...place,
      durationMs: outcome.durationMs,
      ...(outcome.initMs !== undefined && { initMs: outcome.initMs }),
      maxMemoryMb: outcome.maxMemoryMb,
      ...(outcome.kind === 'failed' && { errorType: outcome.errorType }),
    });
    return outcome;
  };

  return {
    run: async (job) => {
      count(job.version, 1);
      const environment = takeIdle(job.version) ?? (await start(job.version));
      const outcome = environment === undefined ? CLOSED : await runIn(environment, job);
      count(job.version, -1);
      if (environment?.alive) idle.push(environment);
      if (!isCurrent(job.version)) endOutdated();
      return outcome;
    },
    endOutdated,
    close: async () => {
      closed = true;
      for (const environment of all) environment.end('host closed');
      await Promise.all([...all].map((environment) => environment.ended));
    },
  };
};
