import { freshRange, type Move, type PolicyEvent, type Range } from '../../engine/policy/index.ts';
import { draw } from './distribution.ts';
import { marks } from './items.ts';
import { answer, type Invocation, type StartInvocation } from './node.ts';
import { occupy } from './occupancy.ts';
import { type Reply, type Run, strikes } from './run.ts';

type Call = Extract<Move, { kind: 'invoke' }>;

const failure = (name: string, message: string) => ({ name, message });

/** Whether a reply is the one that was asked for, as the engine's `openReply` checks it. */
const isExpected = ({ path, outcomes, undone }: Reply, expected: number, size: number): boolean => {
  const open = outcomes.marks.reduce((sum, mark) => sum + (mark === marks.open ? 1 : 0), 0);
  const givenBack = undone.reduce((sum, { start, end }) => sum + end - start, 0);
  return path === expected && outcomes.marks.length === size && open === givenBack;
};

const merge = (run: Run, parent: Invocation, { start }: Range, { outcomes }: Reply): void => {
  for (let at = 0; at < outcomes.marks.length; at++) {
    const mark = outcomes.marks[at] ?? marks.open;
    if (mark !== marks.open) answer(run, parent, start + at, mark, outcomes.answers[at]);
  }
};

const undoneOf = ({ undone }: Reply, { start }: Range) =>
  undone.map((range) => ({
    ...freshRange(start + range.start, start + range.end),
    quarantined: true,
    soloCrashes: range.soloCrashes,
  }));

/** What a parent makes of the reply to one of its calls. */
const received = (run: Run, parent: Invocation, call: Call, path: number, reply: Reply): PolicyEvent => {
  const { lane, range } = call;
  const nowMs = run.time.now();
  if (!isExpected(reply, path, range.end - range.start)) {
    run.ledger.lostReplies += 1;
    const error = failure('ChildInvocationError', `child ${path} answered something else`);
    return { kind: 'lost', lane, nowMs, random: run.random(), error };
  }
  parent.version ??= reply.version;
  if (reply.version !== parent.version) {
    run.ledger.skewed += 1;
    const error = failure('VersionSkewError', `expected ${parent.version}, received ${reply.version}`);
    return { kind: 'skewed', lane, nowMs, error };
  }
  // nobody is left to hear it where the parent has been killed
  if (parent.alive) merge(run, parent, range, reply);
  if (reply.stored) parent.parts?.takeOver(reply.stored);
  return { kind: 'answered', lane, nowMs, undone: undoneOf(reply, range) };
};

/** Somebody else's reply, or one's own; once or twice. */
const onTheWire = (run: Run, reply: Reply): readonly Reply[] => {
  const { swapped, duplicated } = run.input.faults;
  const other = strikes(run, swapped) ? run.lastReply : undefined;
  run.lastReply = reply;
  const arrives = other ?? reply;
  return strikes(run, duplicated) ? [arrives, arrives] : [arrives];
};

/** Calls a child for a range of the parent's items: there, its run, and back, with whatever goes wrong on the way. */
export const callChild = (
  run: Run,
  startInvocation: StartInvocation,
  parent: Invocation,
  call: Call,
): void => {
  const { time, deadlockWatch, ledger, input } = run;
  const { times, faults } = input;
  const { lane, range } = call;
  const items = parent.items.subarray(range.start, range.end);
  const path = run.nextPath();
  const latency = () => draw(times.latency, run.random);
  // replies that come in at the same instant are taken up in the order of their calls
  const turn = time.turn();
  let awaited = true;
  ledger.largestCall = Math.max(ledger.largestCall, items.length);
  if (items.length >= parent.items.length && parent.depth > 0) ledger.notShrinking += 1;

  const settle = (event: () => PolicyEvent) => {
    if (!awaited) return;
    awaited = false;
    parent.send(event());
  };
  const lose = () => {
    if (!awaited) return;
    ledger.lostReplies += 1;
    const error = failure('ChildInvocationError', `the connection to child ${path} was reset`);
    settle(() => ({ kind: 'lost', lane, nowMs: time.now(), random: run.random(), error }));
  };
  const reply = (child: Invocation, version: number, stored: Reply['stored']) => {
    const { outcomes, givenBack: undone } = child;
    for (const arriving of onTheWire(run, { path, version, outcomes, undone, stored })) {
      const arrive = () => settle(() => received(run, parent, call, path, arriving));
      deadlockWatch.underWay(time.now() + latency(), arrive, turn);
    }
  };
  const refuse = () => {
    ledger.throttled += 1;
    deadlockWatch.refused();
    time.at(time.now() + latency(), () =>
      settle(() => ({ kind: 'throttled', lane, nowMs: time.now(), random: run.random() })),
    );
  };

  time.at(time.now() + latency(), () => {
    const version = call.pinned && parent.version !== undefined ? parent.version : run.aliasVersion();
    const placement = strikes(run, faults.throttle)
      ? undefined
      : run.environments.occupy(version, time.now());
    if (!placement) return refuse();
    const isLost = strikes(run, faults.lost);
    const isCut = strikes(run, faults.cut);
    const occupancy = occupy(run, startInvocation, {
      items,
      depth: parent.depth + 1,
      slots: call.slots,
      path,
      version: parent.version,
      placement,
      parent: awaited ? parent : undefined,
      onEnd: (child, how) => {
        const backMs = time.now() + latency();
        // what is written is written, also where nobody hears of it
        const stored = how === 'finished' ? child.parts?.finish(true) : undefined;
        if (isLost || isCut) return deadlockWatch.underWay(backMs, lose);
        if (how === 'finished') return reply(child, version, stored);
        if (how === 'skewed') ledger.skewed += 1;
        const error = failure(
          how === 'skewed' ? 'VersionSkewError' : 'ChildInvocationError',
          `child ${path} ${how}`,
        );
        return deadlockWatch.underWay(backMs, () =>
          settle(() => ({ kind: how, lane, nowMs: time.now(), error })),
        );
      },
    });
    if (!isLost) return;
    const spanMs = items.reduce((sum, item) => sum + (run.itemMs[item] ?? 0), 0);
    deadlockWatch.underWay(time.now() + run.random() * spanMs, () => {
      occupancy.abandon();
      lose();
    });
  });
};
