import { InvalidRequestError, RecursionLimitError, VersionSkewError } from '../../platform/index.ts';
import type { HandlerDeps, Start } from '../handler.ts';
import { rangesWhere } from '../policy/cover.ts';
import { deadlineOf } from '../policy/deadline.ts';
import { storedError } from '../policy/outcome.ts';
import { indexesOf } from '../policy/range.ts';
import type { EnvelopeReply, Undone } from '../protocol/child-reply.ts';
import { type Envelope, openEnvelope, type Sealed, versionMeant } from '../protocol/envelope.ts';
import { onErrorOf } from '../protocol/options.ts';
import { readOptions } from '../protocol/request.ts';
import { unpack } from '../protocol/wire.ts';
import { type ItemSource, inlineItems } from '../stored-batch/item-source.ts';
import { openManifest } from '../stored-batch/manifest.ts';
import { tellParts } from './parts.ts';
import { runTask, shapeOf, type TaskResult } from './task.ts';

/**
 * Answers a parent: refuses before working if it is another version, or too deep. One that reads along is told of
 * outcomes as they come, and what is returned is the end of the reply, without them.
 */
export const serveChild = async (event: Sealed, start: Start, deps: HandlerDeps): Promise<EnvelopeReply> => {
  const { context } = start;
  const { config, clock } = deps;
  const version = versionMeant(event) ?? context.functionVersion;
  if (version !== context.functionVersion) {
    throw new VersionSkewError(
      `Expected version ${version}, received the call as version ${context.functionVersion}.`,
    );
  }
  const envelope = openEnvelope(await unpack(event, deps.openStore));
  const { depth, path } = envelope;
  if (depth > config.maxDepth) {
    throw new RecursionLimitError(
      `Expected a depth of at most ${config.maxDepth}, received ${depth} at ${path}.`,
    );
  }
  const options = readOptions(envelope.options, deps.form);
  const deadline = deadlineOf(clock.now(), context.getRemainingTimeInMillis(), envelope.deadline);
  const items = await openItems(envelope, deps);
  const identity = { ...envelope.identity };
  const reader =
    envelope.stream && context.streaming
      ? tellParts(context.streaming.open(), { path, version, identity }, onErrorOf(options))
      : undefined;
  const result = await runTask(
    {
      items,
      options,
      attempt: envelope.attempt,
      shape: { ...shapeOf(config, options), slots: Math.min(envelope.slots, config.slots) },
      place: {
        functionName: config.functionName ?? 'this function',
        qualifier: config.qualifier,
        options: envelope.options,
        depth,
        path,
        deadline,
        version,
        identity,
        rootRequestId: envelope.rootRequestId,
        runId: envelope.runId ?? envelope.rootRequestId,
        batch: envelope.batch,
        ...(envelope.pinned && { pinned: true }),
        ...(envelope.toleratedFailures !== undefined && { toleratedFailures: envelope.toleratedFailures }),
      },
      ...(reader && { reader }),
    },
    start,
    deps,
    // however it ends, that is the last line
  ).finally(reader?.written);
  if (!reader) return replyOf(envelope, items.length, result, clock.now());
  reader.tellRest(result.outcomes);
  await reader.written();
  return { ...replyOf(envelope, items.length, result, clock.now()), outcomes: [] };
};

const openItems = async ({ items, manifest }: Envelope, { config }: HandlerDeps): Promise<ItemSource> => {
  if (manifest) return openManifest(manifest, config.allowFile);
  if (items) return inlineItems(items);
  throw new InvalidRequestError('Expected an envelope with items or a manifest, received neither.');
};

/** What is done of a stored batch, with how many of it failed. */
const doneOf = (outcomes: TaskResult['outcomes']) =>
  rangesWhere(outcomes.length, (index) => outcomes[index] !== undefined).map(({ start, end }) => {
    let failed = 0;
    for (let index = start; index < end; index++) if (outcomes[index] === storedError) failed += 1;
    return { start, end, failed };
  });

const replyOf = (
  { path, batch, options }: Envelope,
  items: number,
  result: TaskResult,
  answeredMs: number,
): EnvelopeReply => {
  const { outcomes, givenBack, version, stats, identity, attempts, receipts } = result;
  const quarantined = new Set(indexesOf(givenBack));
  const isLate = (index: number) => !quarantined.has(index) && !outcomes[index];
  const undone: readonly Undone[] = [
    ...givenBack.map(({ start, end, soloCrashes }) => ({ start, end, soloCrashes, why: 'suspect' as const })),
    ...rangesWhere(items, isLate).map((range) => ({ ...range, soloCrashes: 0, why: 'late' as const })),
  ];
  return {
    path,
    version,
    outcomes: batch ? [] : Array.from({ length: items }, (_, index) => outcomes[index] ?? null),
    ...(result.stored && { stored: { ...result.stored, done: doneOf(outcomes) } }),
    undone,
    stats: { ...stats, answeredMs },
    ...(options.receipts === true && { attempts, receipts }),
    identity,
  };
};
