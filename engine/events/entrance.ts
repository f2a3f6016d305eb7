import { ConfigurationError, fromWireError, type WireError } from '../../platform/index.ts';
import { type ObjectStore, openStore } from '../../platform/storage/index.ts';
import type { Handler, InvocationContext } from '../handler.ts';
import { isEnvelope } from '../protocol/envelope.ts';
import { batchOperationReply, readBatchOperation } from './batch-operations.ts';
import { type Inbox, readInbox, resultSuffix } from './inbox.ts';
import { type OutcomeOf, referenceOf, workOnLanded, workOnObjects } from './objects.ts';
import { type CreatedObject, createdObjects } from './s3-event.ts';
import { type Delivered, readSqsEvent, type SqsReply, sqsReply } from './sqs-event.ts';

/** How a function answers events. */
export interface EventOptions {
  /** Of the function: its results are called `<key>.<name>.json`. */
  readonly name: string;
  /** Name of one item in its requests. Default `item`; an item is `s3://bucket/key`. */
  readonly itemKey?: string;
  /** What lands where, and where its results go. Default: as the environment says (`INBOX`). */
  readonly inbox?: Inbox | undefined;
  /** Opens the place of results. Default: S3 as the environment says, and folders. */
  readonly open?: (url: string) => Promise<ObjectStore>;
}

const noInbox = (): never => {
  throw new ConfigurationError(
    'INBOX: expected s3://bucket/prefix/, so that results have a place; found none',
  );
};

const errorOf = (outcomeOf: OutcomeOf, object: CreatedObject): WireError | undefined => {
  const outcome = outcomeOf(object);
  return 'error' in outcome ? outcome.error : undefined;
};

/** What fails comes back, and lands in a dead-letter queue, which does not tell why: the log does. */
const log = (what: string, { name, message }: WireError): void =>
  console.error(`${what}: ${name}: ${message}`);

/** The messages of which something has failed, and those that nobody understands: the queue gives them up in the end. */
const answerQueue = (delivered: readonly Delivered[], outcomeOf: OutcomeOf): SqsReply => {
  const failed = delivered.filter(({ messageId, objects }) => {
    if (!objects) {
      log(`message ${messageId}`, { name: 'InvalidRequestError', message: 'Expected an event of S3.' });
      return true;
    }
    const errors = objects.flatMap((object) => {
      const error = errorOf(outcomeOf, object);
      if (error) log(referenceOf(object), error);
      return error ?? [];
    });
    return errors.length > 0;
  });
  return sqsReply(failed.map(({ messageId }) => messageId));
};

/**
 * Gives a handler the entrances by which AWS tells of objects. Everything else passes through.
 *
 * - **A queue** with events of S3 (notifications or EventBridge's, also through SNS): all records of a delivery are one
 *   batch; results are written, and the messages of what failed come back (`ReportBatchItemFailures`). Deletions, S3's
 *   test event and the function's own results are no work.
 * - **S3 or EventBridge itself**, asynchronously: the same; the first error is thrown, so that Lambda tries again.
 * - **S3 Batch Operations**, schemas 1.0 and 2.0: every task is answered for itself. The newest version of an object is
 *   read, whichever a task names.
 *
 * @throws ConfigurationError for a malformed inbox, at creation; when something lands and there is none.
 */
export const withEvents = <Item, Result, Options>(
  handler: Handler<Item, Result, Options>,
  { name, itemKey = 'item', open = openStore, ...given }: EventOptions,
): Handler<Item, Result, Options> => {
  const inbox = 'inbox' in given ? given.inbox : readInbox(process.env, [process.env.STORE]);
  // a client of S3 for each delivery would leave its sockets behind
  let opened: Promise<ObjectStore> | undefined;
  const isWork = ({ key }: CreatedObject) => !key.endsWith('/') && !key.endsWith(resultSuffix(name));
  const workOn = async (objects: readonly CreatedObject[], context: InvocationContext) => {
    const place = inbox ?? noInbox();
    opened ??= open(place.results);
    return workOnLanded(objects, place, { handler, context, itemKey, name, store: await opened });
  };
  return async (event, context) => {
    if (isEnvelope(event)) return handler(event, context);
    const operation = readBatchOperation(event);
    if (operation) {
      const { tasks, options } = operation;
      return batchOperationReply(
        operation,
        await workOnObjects(tasks, { handler, context, itemKey, options }),
      );
    }
    const delivered = readSqsEvent(event)?.map(({ messageId, objects }) => ({
      messageId,
      objects: objects?.filter(isWork),
    }));
    if (delivered) {
      return answerQueue(
        delivered,
        await workOn(
          delivered.flatMap(({ objects }) => objects ?? []),
          context,
        ),
      );
    }
    const objects = createdObjects(event)?.filter(isWork);
    if (!objects) return handler(event, context);
    const outcomeOf = await workOn(objects, context);
    const [first] = objects.flatMap((object) => errorOf(outcomeOf, object) ?? []);
    if (first) throw fromWireError(first);
    return { items: objects.length };
  };
};
