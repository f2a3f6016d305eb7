/** Whoever takes items from the queue: a lane, or the invocation's own work. */
export interface Taker {
  /** The most it takes at a time. */
  readonly chunk: number;
  /** The most it takes when it comes back and that much is left: never more than its chunk. */
  again(left: number): number;
  /** The least that must be left for it to take a whole chunk again. */
  readonly wholeFrom: number;
  /** How long `items` items keep it busy, in milliseconds; `first` for the first time. */
  spanMs(items: number, first: boolean): number;
  /** How long before that it takes again, so that it never waits. */
  leadMs(items: number): number;
  /** Told of everything it takes: `times` times `items` items. */
  took(items: number, times: number, first: boolean): void;
}

interface Place {
  readonly taker: Taker;
  /** When it takes next, in milliseconds. */
  freeMs: number;
  /** Until when it is busy with what it has taken. */
  busyMs: number;
  /** When it took last. */
  tookMs: number;
  /** Order of the last take, among those of one instant. */
  turn: number;
}

const takesBy = ({ freeMs }: Place, untilMs: number, spanMs: number): number =>
  untilMs < freeMs ? 0 : Math.floor((untilMs - freeMs) / spanMs) + 1;

/** Halvings of the time span in which the end of the steady part is looked for: to a billionth of it. */
const HALVINGS = 30;

/**
 * Skips the steady part: as long as there is more than everybody can take once, everybody takes whole chunks at
 * equal intervals, so how much they have taken by a given time is a division.
 */
const skipSteady = (places: readonly Place[], left: number): number => {
  const spans = places.map(({ taker }) => taker.spanMs(taker.chunk, false));
  if (spans.some((span) => span <= 0)) return left;
  const chunks = places.reduce((sum, { taker }) => sum + taker.chunk, 0);
  const spare = left - Math.max(chunks, ...places.map(({ taker }) => taker.wholeFrom + chunks));
  const takenBy = (untilMs: number) =>
    places.reduce((sum, place, at) => sum + takesBy(place, untilMs, spans[at] ?? 1) * place.taker.chunk, 0);
  let [low, high] = [0, Math.max(...places.map(({ freeMs }) => freeMs))];
  if (spare <= 0) return left;
  while (takenBy(high) <= spare) high *= 2;
  for (let halving = 0; halving < HALVINGS; halving++) {
    const middle = (low + high) / 2;
    if (takenBy(middle) <= spare) low = middle;
    else high = middle;
  }
  let rest = left;
  places.forEach((place, at) => {
    const span = spans[at] ?? 1;
    const times = takesBy(place, low, span);
    if (times === 0) return;
    place.taker.took(place.taker.chunk, times, false);
    place.freeMs += times * span;
    place.busyMs += times * span;
    place.tookMs = place.freeMs - span;
    rest -= times * place.taker.chunk;
  });
  return rest;
};

/** Of those free at the same instant, whoever took first is first again: its call, or its round, is the older one. */
const isBefore = (a: Place, b: Place): boolean => {
  if (a.freeMs !== b.freeMs) return a.freeMs < b.freeMs;
  return a.tookMs < b.tookMs || (a.tookMs === b.tookMs && a.turn < b.turn);
};

/**
 * Shares `items` items of one queue: at the start own work and then every lane takes, afterwards whoever is free next,
 * until nothing is left. Returns until when the last one is busy, in milliseconds.
 */
export const feed = (items: number, lanes: readonly Taker[], ownWork: readonly Taker[]): number => {
  let left = items;
  let turn = 0;
  const take = (place: Place, first: boolean) => {
    const { chunk, again } = place.taker;
    const taken = Math.min(first ? chunk : again(left), left);
    if (taken === 0) return;
    left -= taken;
    place.tookMs = place.freeMs;
    place.busyMs += place.taker.spanMs(taken, first);
    place.freeMs = place.busyMs - place.taker.leadMs(taken);
    place.turn = turn++;
    place.taker.took(taken, 1, first);
  };
  const placeOf = (taker: Taker): Place => ({ taker, freeMs: 0, busyMs: 0, tookMs: 0, turn: 0 });
  const own = ownWork.map(placeOf);
  const places = [...own, ...lanes.map(placeOf)];
  for (const place of places) take(place, true);
  // it has taken first, but calls are sent before it begins
  for (const place of own) place.turn = turn++;
  if (left > 0) left = skipSteady(places, left);
  while (left > 0) {
    const next = places.reduce((best, place) => (isBefore(place, best) ? place : best));
    take(next, false);
  }
  return places.reduce((latest, { busyMs }) => Math.max(latest, busyMs), 0);
};
