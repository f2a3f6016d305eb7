import { draw } from './distribution.ts';
import type { Placement } from './environments.ts';
import type { End, Invocation, Start, StartInvocation } from './node.ts';
import type { Run } from './run.ts';

interface Occupant extends Omit<Start, 'placement' | 'atMs' | 'attached' | 'isSkewed'> {
  readonly placement: Placement;
  /** Who waits for it; nobody, if the parent is gone. */
  readonly parent: Invocation | undefined;
}

/** Nobody waits for it any more, nor for what it waits for. */
export const detach = (run: Run, invocation: Invocation): void => {
  if (!invocation.attached) return;
  invocation.attached = false;
  run.ledger.attached -= 1;
  run.ledger.orphans += 1;
  for (const child of invocation.children) detach(run, child);
};

/**
 * Runs an invocation in its environment, and accounts for it: from the moment the environment is taken, a cold start
 * included, to its answer or its death. An environment of another version than the tree's refuses before working.
 */
export const occupy = (
  run: Run,
  startInvocation: StartInvocation,
  { placement, parent, onEnd, ...start }: Occupant,
) => {
  const { ledger, environments, time, input } = run;
  const { environment, cold } = placement;
  const beganMs = time.now();
  const attached = start.depth === 0 || (parent?.alive === true && parent.attached);
  ledger.invocations += 1;
  ledger.busySinceMs += beganMs;
  ledger.depth = Math.max(ledger.depth, start.depth);
  ledger.peakEnvironments = Math.max(ledger.peakEnvironments, environments.busy());
  if (attached) ledger.attached += 1;
  else ledger.orphans += 1;
  ledger.peak = Math.max(ledger.peak, ledger.attached);
  if (cold) ledger.coldStarts += 1;

  const leave = (invocation: Invocation, how: End) => {
    environments.vacate(environment, how !== 'crashed');
    ledger.busySinceMs -= beganMs;
    ledger.billedMs += Math.ceil(time.now() - beganMs);
    parent?.children.delete(invocation);
    if (invocation.attached) ledger.attached -= 1;
    invocation.attached = false;
    for (const child of invocation.children) detach(run, child);
    onEnd(invocation, how);
  };

  const invocation = startInvocation(run, {
    ...start,
    version: start.version ?? environment.version,
    placement,
    attached,
    isSkewed: start.version !== undefined && start.version !== environment.version,
    atMs: beganMs + (cold ? draw(input.times.coldStart, run.random) : 0),
    onEnd: leave,
  });
  parent?.children.add(invocation);
  return { invocation, abandon: () => invocation.alive && detach(run, invocation) };
};
