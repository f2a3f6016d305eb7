import * as z from 'zod';
import { decodeKey, InvalidRequestError, isRecord, parseJson, quote } from '../../platform/index.ts';
import { optionOfBatches } from './inbox.ts';
import type { ObjectOutcome, OutcomeOf } from './objects.ts';
import type { CreatedObject } from './s3-event.ts';

/** What S3 Batch Operations asks of a function: the same in both versions of its schema. */
export interface BatchOperation {
  readonly schemaVersion: string;
  readonly invocationId: string;
  readonly tasks: readonly (CreatedObject & { readonly taskId: string })[];
  /** Of the request: JSON under the user argument `options` (schema 2.0). */
  readonly options: Readonly<Record<string, unknown>>;
}

/**
 * Tasks of both schemas: 1.0 names the bucket by its ARN, 2.0 by its name and adds the job's arguments. Keys are
 * URL-encoded. Source: Amazon S3 user guide, "Invoke AWS Lambda function".
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/batch-ops-invoke-lambda.html
 */
const invocationSchema = z.object({
  invocationSchemaVersion: z.enum(['1.0', '2.0'], {
    error: 'expected the invocation schema 1.0 or 2.0',
  }),
  invocationId: z.string(),
  job: z.object({ userArguments: z.record(z.string(), z.string()).nullish() }).optional(),
  tasks: z
    .array(
      z.object({
        taskId: z.string(),
        s3Key: z.string(),
        s3BucketArn: z.string().nullish(),
        s3Bucket: z.string().nullish(),
      }),
    )
    .min(1),
});

const optionsOf = (userArguments: Readonly<Record<string, string>>): BatchOperation['options'] => {
  const { options } = userArguments;
  if (options === undefined) return {};
  const read = parseJson(options);
  if (isRecord(read)) {
    const foreign = optionOfBatches(read);
    if (foreign === undefined) return read;
    throw new InvalidRequestError(
      `userArguments.options: expected options of single items, received ${quote(foreign)}`,
    );
  }
  throw new InvalidRequestError(`userArguments.options: expected a JSON object, received ${quote(options)}`);
};

/**
 * Reads an invocation of S3 Batch Operations; undefined for any other event.
 *
 * @throws InvalidRequestError for one of a schema that is not known.
 */
export const readBatchOperation = (event: unknown): BatchOperation | undefined => {
  if (!isRecord(event) || !('invocationSchemaVersion' in event && 'tasks' in event)) return undefined;
  const parsed = invocationSchema.safeParse(event);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw new InvalidRequestError(
      `Expected an invocation of S3 Batch Operations; ${issue?.path.join('.')}: ${issue?.message}`,
    );
  }
  const { invocationSchemaVersion, invocationId, job, tasks } = parsed.data;
  return {
    schemaVersion: invocationSchemaVersion,
    invocationId,
    tasks: tasks.map(({ taskId, s3Key, s3Bucket, s3BucketArn }) => ({
      taskId,
      bucket: s3Bucket ?? s3BucketArn?.slice(s3BucketArn.lastIndexOf(':') + 1) ?? '',
      key: decodeKey(s3Key),
    })),
    options: optionsOf(job?.userArguments ?? {}),
  };
};

/**
 * Errors that the same object would have again. Of everything else S3 is told that it may pass, since that costs a few
 * more tries, and an object that is given up costs a result.
 */
const lasting: ReadonlySet<string> = new Set([
  'InvalidRequestError',
  'ForbiddenReferenceError',
  'ImageTooLargeError',
  'UnsupportedImageError',
  'ImageDecodeError',
  'PayloadTooLargeError',
]);

const resultOf = (outcome: ObjectOutcome) => {
  if ('results' in outcome) {
    return { resultCode: 'Succeeded', resultString: JSON.stringify(outcome.results) ?? '' };
  }
  const { name, message } = outcome.error;
  return {
    resultCode: lasting.has(name) ? 'PermanentFailure' : 'TemporaryFailure',
    resultString: `${name}: ${message}`,
  };
};

/** The answer for all tasks, in their order; S3 tries again what failed temporarily, and reports the rest. */
export const batchOperationReply = (
  { schemaVersion, invocationId, tasks }: BatchOperation,
  outcomeOf: OutcomeOf,
) => ({
  invocationSchemaVersion: schemaVersion,
  treatMissingKeysAs: 'TemporaryFailure',
  invocationId,
  results: tasks.map((task) => ({ taskId: task.taskId, ...resultOf(outcomeOf(task)) })),
});
