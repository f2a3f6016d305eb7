/** Whoever takes items from the queue: a lane, or the invocation's own work. */
export interface Taker {
  /** The most it takes at a time. */
  readonly chunk: number;
  /** The most it takes when it comes back and that much is left: never more than its chunk. */
  again(left: number): number;
  /** The least that must be left for it to take a whole chunk again. */
  readonly wholeFrom: number;
  /** Until when a take of `items` keeps it busy, and when it takes again; `take` counts its takes from 0. */
  after(items: number, take: number, takeMs: number): { readonly endMs: number; readonly nextMs: number };
  /** When it takes for the `count`th time more, in whole chunks from the take at `takeMs` on. */
  wholeMs(count: number, take: number, takeMs: number): number;
  /** How many whole chunks it takes by an instant, the one at `takeMs` being the first. */
  wholesBy(ms: number, take: number, takeMs: number): number;
  /** Told of everything it takes: `times` times `items` items. */
  took(items: number, times: number, first: boolean): void;
}

interface Place {
  readonly taker: Taker;
  /** How often it has taken. */
  takes: number;
  /** When it takes next, in milliseconds. */
  nextMs: number;
  /** Until when it is busy with what it has taken. */
  endMs: number;
  /** When it took last. */
  tookMs: number;
  /** Order of the last take, among those of one instant. */
  turn: number;
}

const take = (place: Place, items: number, atMs: number) => {
  Object.assign(place, place.taker.after(items, place.takes, atMs));
  place.tookMs = atMs;
  place.takes += 1;
};

/** Halvings of the time span in which the end of the steady part is looked for: to a billionth of it. */
const HALVINGS = 30;

/**
 * Skips the steady part: as long as there is more than everybody can take once, everybody takes whole chunks in a
 * rhythm of its own, so how much they have taken by a given time needs no walk.
 */
const skipSteady = (places: readonly Place[], left: number): number => {
  const chunks = places.reduce((sum, { taker }) => sum + taker.chunk, 0);
  const spare = left - Math.max(chunks, ...places.map(({ taker }) => taker.wholeFrom + chunks));
  if (spare <= 0) return left;
  if (places.some(({ taker, takes, nextMs }) => taker.wholeMs(1, takes, nextMs) <= nextMs)) return left;
  const takesBy = ({ taker, takes, nextMs }: Place, ms: number) => taker.wholesBy(ms, takes, nextMs);
  const takenBy = (ms: number) =>
    places.reduce((sum, place) => sum + takesBy(place, ms) * place.taker.chunk, 0);
  let [low, high] = [0, Math.max(...places.map(({ nextMs }) => nextMs))];
  while (takenBy(high) <= spare) high *= 2;
  for (let halving = 0; halving < HALVINGS; halving++) {
    const middle = (low + high) / 2;
    if (takenBy(middle) <= spare) low = middle;
    else high = middle;
  }
  let rest = left;
  for (const place of places) {
    const { taker, takes, nextMs } = place;
    const times = takesBy(place, low);
    if (times === 0) continue;
    place.takes += times - 1;
    take(place, taker.chunk, taker.wholeMs(times - 1, takes, nextMs));
    taker.took(taker.chunk, times, false);
    rest -= times * taker.chunk;
  }
  return rest;
};

/** Of those free at the same instant, whoever took first is first again: its call, or its round, is the older one. */
const isBefore = (a: Place, b: Place): boolean => {
  if (a.nextMs !== b.nextMs) return a.nextMs < b.nextMs;
  return a.tookMs < b.tookMs || (a.tookMs === b.tookMs && a.turn < b.turn);
};

/**
 * Shares `items` items of one queue: at the start own work and then every lane takes, afterwards whoever is free next,
 * until nothing is left. Returns until when the last one is busy, in milliseconds.
 */
export const feed = (items: number, lanes: readonly Taker[], ownWork: readonly Taker[]): number => {
  let left = items;
  let turn = 0;
  const takeNext = (place: Place, first: boolean) => {
    const { chunk, again } = place.taker;
    const taken = Math.min(first ? chunk : again(left), left);
    if (taken === 0) return;
    left -= taken;
    take(place, taken, place.nextMs);
    place.turn = turn++;
    place.taker.took(taken, 1, first);
  };
  const placeOf = (taker: Taker): Place => ({ taker, takes: 0, nextMs: 0, endMs: 0, tookMs: 0, turn: 0 });
  const own = ownWork.map(placeOf);
  const places = [...own, ...lanes.map(placeOf)];
  for (const place of places) takeNext(place, true);
  // it has taken first, but calls are sent before it begins
  for (const place of own) place.turn = turn++;
  if (left > 0) left = skipSteady(places, left);
  while (left > 0) {
    const next = places.reduce((best, place) => (isBefore(place, best) ? place : best));
    takeNext(next, false);
  }
  return places.reduce((latest, { endMs }) => Math.max(latest, endMs), 0);
};
