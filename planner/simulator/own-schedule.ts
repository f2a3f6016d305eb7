/** How one environment works on items. */
export interface OwnWork {
  /** Items under way at once, `concurrency` of `each`; never fewer than there are threads. */
  readonly atOnce: number;
  /** Share of an item's time, 0 to 1, in which it keeps a vCPU busy; before that it waits, for a download. */
  readonly cpuShare: number;
  /** Worker threads, each with a vCPU of its own. 0: the main thread computes, and hears of nothing meanwhile. */
  readonly threads: number;
}

/** One item at a time that only waits: nothing overlaps, and nothing is held up. */
export const oneAtATime: OwnWork = Object.freeze({ atOnce: 1, cpuShare: 0, threads: 0 });

const underWay = ({ atOnce, threads }: OwnWork): number => Math.max(1, atOnce, threads);

/** How many items' times pass in one environment in the time of one: what its places, and its vCPUs, allow. */
export const speedOf = (own: OwnWork): number =>
  own.cpuShare === 0 ? underWay(own) : Math.min(underWay(own), Math.max(1, own.threads) / own.cpuShare);

/** When an item begins and ends, in milliseconds. */
export interface Scheduled {
  readonly beginMs: number;
  readonly endMs: number;
}

/** One environment's places and vCPUs, taken by items in their order. */
export interface OwnSchedule {
  /** The next item, which takes `ms` milliseconds, from `fromMs` on. */
  add(fromMs: number, ms: number): Scheduled;
  /** When the main thread hears of what happens at an instant; told of instants in their order. */
  heardMs(atMs: number): number;
  /** Another environment in which the same is under way. */
  copy(): OwnSchedule;
  /** What is still to come from an instant on, relative to it: equal texts, equal times from there. */
  stateAt(ms: number): string;
}

const firstFree = (free: Float64Array): number => {
  let first = 0;
  for (let at = 1; at < free.length; at++) if ((free[at] ?? 0) < (free[first] ?? 0)) first = at;
  return first;
};

const scheduleFrom = (
  own: OwnWork,
  places: Float64Array,
  vcpus: Float64Array,
  blocked: readonly Scheduled[],
): OwnSchedule => {
  const { cpuShare, threads } = own;
  // one after the other, as the main thread computes them
  const blocks = [...blocked];
  /** Of the first block that ends after an instant: many are looked through, so by halves. */
  const blockAfter = (atMs: number): number => {
    let [low, high] = [0, blocks.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((blocks[middle]?.endMs ?? 0) > atMs) high = middle;
      else low = middle + 1;
    }
    return low;
  };
  return {
    add: (fromMs, ms) => {
      const place = firstFree(places);
      const freeMs = Math.max(fromMs, places[place] ?? 0);
      // an item begins on the main thread: while that computes for another, none does
      let beginMs = freeMs;
      for (let at = blockAfter(beginMs); (blocks[at]?.beginMs ?? Number.POSITIVE_INFINITY) <= beginMs; at++)
        beginMs = blocks[at]?.endMs ?? beginMs;
      let endMs = beginMs + ms;
      if (cpuShare > 0) {
        const vcpu = firstFree(vcpus);
        const cpuMs = Math.max(beginMs + (1 - cpuShare) * ms, vcpus[vcpu] ?? 0);
        endMs = cpuMs + cpuShare * ms;
        vcpus[vcpu] = endMs;
        if (threads === 0) blocks.push({ beginMs: cpuMs, endMs });
      }
      places[place] = endMs;
      return { beginMs, endMs };
    },
    heardMs: (atMs) => {
      blocks.splice(0, blockAfter(atMs));
      // between two items the event loop turns: what comes at that instant is heard
      const [first] = blocks;
      return first !== undefined && first.beginMs < atMs ? first.endMs : atMs;
    },
    copy: () => scheduleFrom(own, places.slice(), vcpus.slice(), blocks),
    stateAt: (ms) => {
      // to a billionth of a second: sums of shares of an item's time differ by a rounding
      const toCome = (atMs: number) => Math.max(0, Math.round((atMs - ms) * 1e6));
      const blocked = blocks.flatMap((block) => [toCome(block.beginMs), toCome(block.endMs)]);
      return [places.map(toCome).sort(), vcpus.map(toCome).sort(), blocked].join(' ');
    },
  };
};

/** Makes the schedule of an environment in which nothing is under way. */
export const createOwnSchedule = (own: OwnWork): OwnSchedule =>
  scheduleFrom(own, new Float64Array(underWay(own)), new Float64Array(Math.max(1, own.threads)), []);

/**
 * When a round no longer keeps its environment busy, as `each` says it: all its items have begun, and half as many are
 * under way as may be, or one. Never, where fewer are: whoever blocks the main thread begins one item at a time.
 */
export const readyMsOf = (round: readonly Scheduled[], own: OwnWork): number | undefined => {
  const left = Math.max(1, Math.floor(Math.min(underWay(own), round.length) / 2));
  const lastMs = round.at(-1)?.beginMs ?? 0;
  const ends = round.map(({ endMs }) => endMs).sort((a, b) => a - b);
  const running = ends.filter((endMs) => endMs > lastMs).length;
  return running < left ? undefined : Math.max(lastMs, ends[round.length - left - 1] ?? 0);
};
