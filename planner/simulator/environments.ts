import type { Straggling } from './faults.ts';
import { seededRandom } from './random.ts';
import type { World } from './world.ts';

/** An execution environment: one invocation at a time, of one version of the function. */
export interface Environment {
  readonly version: number;
  /** How many times longer its work takes. */
  readonly slowness: number;
}

/** An environment to run in, and whether it has to start first. */
export interface Placement {
  readonly environment: Environment;
  readonly cold: boolean;
}

/** The environments of one function, under the limit of an account. */
export interface Environments {
  /** Takes a free environment of that version, or nothing: 429. */
  occupy(version: number, nowMs: number): Placement | undefined;
  /** Takes one at time 0 whatever others do: for the root, whose caller has waited for it. */
  occupyFirst(version: number): Placement;
  /** Leaves it: warm for the next one, or gone with a crash. */
  vacate(environment: Environment, survives: boolean): void;
  /** Environments of ours that are busy. */
  busy(): number;
  /** Whether nobody else has a part of the limit, now or later, and all of it is busy. */
  allOurs(): boolean;
}

/** Room for the starts within one scaling window: a ring of their times. */
const createStarts = (most: number) => {
  const ring = new Float64Array(Math.max(1, Math.min(most, 100_000))).fill(Number.NEGATIVE_INFINITY);
  let next = 0;
  return {
    /** Whether one more may start, given the window's length; if so it has. */
    tryStart(nowMs: number, perMs: number): boolean {
      if ((ring[next] ?? 0) > nowMs - perMs) return false;
      ring[next] = nowMs;
      next = (next + 1) % ring.length;
      return true;
    },
  };
};

/** Makes the environments of a world. `seed` decides which are slow, and what other callers do when. */
export const createEnvironments = (
  { concurrencyLimit, scaling, warm, others }: World,
  straggling: Straggling,
  seed: number,
): Environments => {
  const random = seededRandom(seed ^ 0x5bd1e995);
  const starts = createStarts(scaling.environments);
  const idle = new Map<number, Environment[]>();
  let busy = 0;

  const make = (version: number): Environment => ({
    version,
    slowness: straggling.environments > 0 && random() < straggling.environments ? straggling.factor : 1,
  });

  const idleOf = (version: number): Environment[] => {
    const found = idle.get(version) ?? [];
    idle.set(version, found);
    return found;
  };

  /** What others are busy with is a function of the time, so that one seed is one world. */
  const takenByOthers = (nowMs: number): number => {
    if (others.most === 0) return 0;
    const turn = Math.floor(nowMs / others.everyMs);
    return Math.floor(seededRandom(seed + Math.imul(turn + 1, 0x9e3779b1))() * (others.most + 1));
  };

  for (let count = 0; count < warm; count++) idleOf(1).push(make(1));

  const take = (version: number, nowMs: number): Placement | undefined => {
    const kept = idleOf(version).pop();
    if (!kept && !starts.tryStart(nowMs, scaling.perMs)) return undefined;
    busy += 1;
    return { environment: kept ?? make(version), cold: !kept };
  };

  return {
    occupy: (version, nowMs) =>
      busy + takenByOthers(nowMs) >= concurrencyLimit ? undefined : take(version, nowMs),
    occupyFirst: (version) => {
      const placement = take(version, 0);
      if (placement) return placement;
      throw new Error('Expected room for one environment at time 0, found none.');
    },
    vacate(environment, survives) {
      busy -= 1;
      if (survives) idleOf(environment.version).push(environment);
    },
    busy: () => busy,
    allOurs: () => others.most === 0 && busy >= concurrencyLimit,
  };
};
