import { RecursionLimitError, VersionSkewError } from '../errors.ts';
import { deadlineOf } from './core/deadline.ts';
import { type EnvelopeReply, openEnvelope, type Sealed, versionMeant } from './envelope.ts';
import type { HandlerDeps, Start } from './handler.ts';
import { notDone, runPart, shapeOf } from './part.ts';
import { readOptions } from './request.ts';

/** Answers a parent: refuses before working if it is another version, or too deep. */
export const serveChild = async (event: Sealed, start: Start, deps: HandlerDeps): Promise<EnvelopeReply> => {
  const { context } = start;
  const { config, clock } = deps;
  const version = versionMeant(event) ?? context.functionVersion;
  if (version !== context.functionVersion) {
    throw new VersionSkewError(
      `Expected version ${version}, received the call as version ${context.functionVersion}.`,
    );
  }
  const envelope = openEnvelope(event);
  const { depth, path } = envelope;
  if (depth > config.maxDepth) {
    throw new RecursionLimitError(
      `Expected a depth of at most ${config.maxDepth}, received ${depth} at ${path}.`,
    );
  }
  const options = readOptions(envelope.options, deps.form);
  const deadline = deadlineOf(clock.now(), context.getRemainingTimeInMillis(), envelope.deadline);
  const result = await runPart(
    {
      items: envelope.items,
      options,
      attempt: envelope.attempt,
      shape: { ...shapeOf(config, options), slots: envelope.slots },
      place: {
        functionName: config.functionName ?? 'this function',
        qualifier: config.qualifier,
        options: envelope.options,
        depth,
        path,
        deadline,
        version,
        rootRequestId: envelope.rootRequestId,
      },
    },
    start,
    deps,
  );
  const givenBack = new Set(
    result.givenBack.flatMap(({ start: from, end }) =>
      Array.from({ length: end - from }, (_, i) => from + i),
    ),
  );
  return {
    path,
    version: context.functionVersion,
    outcomes: envelope.items.map((_, index) =>
      givenBack.has(index) ? null : (result.outcomes[index] ?? { error: notDone }),
    ),
    undone: result.givenBack.map(({ start: from, end, soloCrashes }) => ({ start: from, end, soloCrashes })),
    stats: result.stats,
    identity: result.identity,
  };
};
