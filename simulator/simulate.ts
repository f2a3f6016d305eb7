import { planInvocation } from '../functions/recursion/core/plan.ts';
import { step } from '../functions/recursion/core/policy.ts';
import { freshPiece, type Piece } from '../functions/recursion/core/queue.ts';
import { initialState, type Move, type PolicyEvent, type State } from '../functions/recursion/core/state.ts';
import { backoffRules, treeDefaults } from '../functions/recursion/limits.ts';
import { seededRandom } from './random.ts';
import type { SimulatedOutcome, SimulationInput, SimulationResult } from './simulation.ts';
import { createVirtualTime } from './virtual-time.ts';

/** One simulated invocation. Outcomes are by its own indexes; `first` is where its items start in the batch. */
interface Node {
  readonly first: number;
  readonly size: number;
  readonly depth: number;
  readonly slots: number;
  readonly outcomes: (SimulatedOutcome | undefined)[];
  readonly givenBack: Piece[];
  readonly startedMs: number;
  readonly end: (how: 'finished' | 'crashed') => void;
  state: State;
  usefulMs: number;
  alive: boolean;
  /** What runs on its hands ends no earlier than this. */
  handsFreeMs: number;
}

const lost = { name: 'ChildInvocationError', message: 'lost' };

/**
 * Runs one tree under virtual time with the engine's own plan and policy, unchanged. What it adds is the world:
 * environments up to a limit, cold and warm, times, and faults.
 */
export const simulate = (input: SimulationInput): SimulationResult => {
  const { items, shape, times, faults, concurrencyLimit } = input;
  const random = seededRandom(input.seed);
  const time = createVirtualTime();
  const counts = {
    invocations: 0,
    coldStarts: 0,
    throttled: 0,
    depth: 0,
    peak: 0,
    largestCall: 0,
    notShrinking: 0,
  };
  const worked = new Uint8Array(items);
  let busy = 0;
  let warm = 0;
  let billedMs = 0;
  let rootNode: Node | undefined;
  let makespanMs = Number.NaN;

  const occupy = (): number => {
    busy += 1;
    counts.invocations += 1;
    counts.peak = Math.max(counts.peak, busy);
    if (warm > 0) {
      warm -= 1;
      return 0;
    }
    counts.coldStarts += 1;
    return times.coldStartMs(random);
  };

  const vacate = (fromMs: number, survives: boolean) => {
    busy -= 1;
    if (survives) warm += 1;
    billedMs += time.now() - fromMs;
  };

  const send = (node: Node, event: PolicyEvent) => {
    if (!node.alive) return;
    const next = step(node.state, event);
    node.state = next.state;
    for (const move of next.moves) perform(node, move);
  };

  const crash = (node: Node) => {
    node.alive = false;
    node.end('crashed');
  };

  const work = (node: Node, start: number, end: number) => {
    // rounds overlap only at their ends, so the hands' time is one after the other
    let atMs = Math.max(time.now(), node.handsFreeMs);
    const crashes = node.depth > 0 && random() < faults.crash;
    const dies = crashes ? start + Math.floor(random() * (end - start)) : -1;
    for (let index = start; index < end; index++) {
      const spent = times.itemMs(random);
      atMs += spent;
      if (index === dies || faults.poison.has(node.first + index)) {
        time.at(atMs, () => node.alive && crash(node));
        return;
      }
      node.usefulMs += spent;
      worked[node.first + index] = (worked[node.first + index] ?? 0) + 1;
    }
    node.handsFreeMs = atMs;
    time.at(atMs, () => {
      if (!node.alive) return;
      for (let index = start; index < end; index++) node.outcomes[index] = 'done';
      send(node, { kind: 'worked', start, nowMs: time.now() });
    });
  };

  const call = (parent: Node, move: Extract<Move, { kind: 'invoke' }>) => {
    const { lane, range, slots } = move;
    const size = range.end - range.start;
    counts.largestCall = Math.max(counts.largestCall, size);
    if (size >= parent.size && parent.depth > 0) counts.notShrinking += 1;
    const there = times.latencyMs(random);
    const refused = random() < faults.throttle;
    time.at(time.now() + there, () => {
      if (!parent.alive && busy >= concurrencyLimit) return;
      if (refused || busy >= concurrencyLimit) {
        counts.throttled += 1;
        time.at(time.now() + there, () =>
          send(parent, { kind: 'throttled', lane, nowMs: time.now(), random: random() }),
        );
        return;
      }
      start(
        { first: parent.first + range.start, size, depth: parent.depth + 1, slots, hands: true },
        (child, how) => {
          const cut = random() < faults.lostReply;
          time.at(time.now() + times.latencyMs(random), () => {
            const nowMs = time.now();
            if (how === 'crashed') return send(parent, { kind: 'crashed', lane, nowMs, error: lost });
            if (cut) return send(parent, { kind: 'lost', lane, nowMs, random: random(), error: lost });
            if (!parent.alive) return;
            child.outcomes.forEach((outcome, index) => {
              if (outcome) parent.outcomes[range.start + index] = outcome;
            });
            parent.usefulMs += child.usefulMs;
            const undone = child.givenBack.map((piece) => ({
              ...freshPiece(range.start + piece.start, range.start + piece.end),
              suspect: true,
              soloCrashes: piece.soloCrashes,
            }));
            return send(parent, { kind: 'answered', lane, nowMs, undone });
          });
        },
      );
    });
  };

  const perform = (node: Node, move: Move): void => {
    switch (move.kind) {
      case 'work':
        work(node, move.range.start, move.range.end);
        return;
      case 'invoke':
        call(node, move);
        return;
      case 'fail':
        node.outcomes.fill('failed', move.range.start, move.range.end);
        return;
      case 'give-back':
        node.givenBack.push(move.piece);
        return;
      case 'wake':
        time.at(move.atMs, () => send(node, { kind: 'woke', nowMs: time.now() }));
        return;
      case 'finish':
        node.alive = false;
        node.end('finished');
        return;
      default:
        move satisfies never;
    }
  };

  const start = (
    { hands, ...place }: { first: number; size: number; depth: number; slots: number; hands: boolean },
    onEnd: (node: Node, how: 'finished' | 'crashed') => void,
  ) => {
    const beganMs = time.now();
    const coldMs = hands ? occupy() : 0;
    counts.depth = Math.max(counts.depth, place.depth);
    const plan = planInvocation({ items: place.size, ...shape, ...place, maxLanes: shape.maxLanes, hands });
    const node: Node = {
      ...place,
      outcomes: Array.from({ length: place.size }),
      givenBack: [],
      startedMs: beganMs,
      state: initialState(place.size, plan, {
        maxWork: shape.maxWork,
        hands,
        maxAttempts: treeDefaults.maxAttempts,
        hasParent: place.depth > 0,
        backoff: backoffRules,
      }),
      usefulMs: 0,
      alive: true,
      handsFreeMs: 0,
      end: (how) => {
        if (hands) vacate(beganMs, how === 'finished');
        onEnd(node, how);
      },
    };
    if (place.depth === 0) rootNode = node;
    time.at(beganMs + coldMs, () => send(node, { kind: 'started', nowMs: time.now() }));
  };

  start({ first: 0, size: items, depth: 0, slots: shape.slots, hands: input.rootHands ?? true }, () => {
    makespanMs = time.now();
  });
  time.run(input.patience ?? 10_000_000);
  return {
    ...counts,
    ended: !Number.isNaN(makespanMs),
    outcomes: rootNode?.outcomes ?? [],
    makespanMs,
    billedMs,
    usefulMs: rootNode?.usefulMs ?? 0,
    worked,
  };
};
