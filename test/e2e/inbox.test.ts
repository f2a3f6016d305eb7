/**
 * Inboxes of two stacks side by side, end to end against the AWS endpoint named by `AWS_ENDPOINT_URL`. What an emulator
 * must be able to do for it is in `README.md` beside this file.
 */
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { test } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { InvokeCommand, LambdaClient, ListEventSourceMappingsCommand } from '@aws-sdk/client-lambda';
import {
  GetObjectCommand,
  PutBucketNotificationConfigurationCommand,
  paginateListObjectsV2,
  S3Client,
} from '@aws-sdk/client-s3';
import { connectJobs } from '../../client/public.ts';
import { colours, createBucket, fill, plain, poison, removeBucket } from './buckets.ts';
import { cdk, deploy, destroy, type Outputs } from './cdk.ts';
import { askSqs, endpoint, onAws, region } from './endpoint.ts';

const needsEndpoint = endpoint ? {} : { skip: 'no AWS endpoint is named (AWS_ENDPOINT_URL)' };

const TIMEOUT_SECONDS = 10;

/** Of the stack: as often as the construct tries by default. */
const TRIES = 5;

/** As short as it may be: what a function still works on must not be seen by another. */
const VISIBILITY_SECONDS = TIMEOUT_SECONDS + 2;

const PICTURES = 20;

const run = randomUUID().slice(0, 8);
const bucket = `droste-e2e-inbox-${run}`;

const contextOf = (name: string) => ({
  stackName: `DrosteE2e${name}-${run}`,
  inbox: `s3://${bucket}/${name}/in/`,
  inboxResults: `s3://${bucket}/${name}/out/`,
  imageBuckets: bucket,
  // an emulator runs functions on this machine
  architecture: process.arch === 'arm64' ? 'arm64' : 'x64',
  timeoutSeconds: String(TIMEOUT_SECONDS),
  // saved queries are not known everywhere
  dashboard: String(onAws),
});

const contexts = { One: contextOf('One'), Other: contextOf('Other') } as const;

const indexes = Array.from({ length: PICTURES }, (_, index) => index);

/** Looks once a second until there is what is looked for. */
const until = async <T>(what: string, seconds: number, look: () => Promise<T | undefined>): Promise<T> => {
  const endMs = Date.now() + 1_000 * seconds;
  for (;;) {
    const found = await look();
    if (found !== undefined) return found;
    assert.ok(Date.now() < endMs, `expected ${what} within ${seconds} s`);
    await wait(1_000);
  }
};

test('inboxes of two stacks in one bucket', needsEndpoint, async (t) => {
  const s3 = new S3Client({ region });
  const lambda = new LambdaClient({ region });
  await createBucket(s3, bucket);
  const stores: string[] = [];
  t.after(async () => {
    for (const context of Object.values(contexts)) await destroy(context);
    for (const name of [...stores, bucket]) await removeBucket(s3, name);
    s3.destroy();
    lambda.destroy();
  });
  // S3 takes about five minutes to begin, as two deploys do (S3 user guide, "Enabling Amazon EventBridge")
  await s3.send(
    new PutBucketNotificationConfigurationCommand({
      Bucket: bucket,
      NotificationConfiguration: { EventBridgeConfiguration: {} },
    }),
  );
  await cdk('bootstrap', '-c', `architecture=${contexts.One.architecture}`);
  const deployed = async (context: (typeof contexts)['One']): Promise<Outputs> => {
    const outputs = await deploy(context);
    stores.push(outputs.BucketName);
    return outputs;
  };
  const one = await deployed(contexts.One);
  const other = await deployed(contexts.Other);

  /** URLs of the queue that a function listens to, and of its dead letters. */
  const queuesOf = async ({ AliasArn }: Outputs) => {
    const { EventSourceMappings: [mapping] = [] } = await lambda.send(
      new ListEventSourceMappingsCommand({ FunctionName: AliasArn }),
    );
    const urlOf = async (arn: string): Promise<string> =>
      (await askSqs('GetQueueUrl', { QueueName: arn.split(':').at(-1) })).QueueUrl;
    const queue = await urlOf(mapping?.EventSourceArn ?? '');
    const { Attributes } = await askSqs('GetQueueAttributes', {
      QueueUrl: queue,
      AttributeNames: ['RedrivePolicy', 'VisibilityTimeout'],
    });
    const { deadLetterTargetArn, maxReceiveCount } = JSON.parse(Attributes.RedrivePolicy);
    assert.equal(Number(maxReceiveCount), TRIES);
    assert.equal(Number(Attributes.VisibilityTimeout), 6 * TIMEOUT_SECONDS + 2);
    await askSqs('SetQueueAttributes', {
      QueueUrl: queue,
      Attributes: { VisibilityTimeout: String(VISIBILITY_SECONDS) },
    });
    return { queue, deadLetters: await urlOf(deadLetterTargetArn) };
  };
  const queues = { one: await queuesOf(one), other: await queuesOf(other) };

  /** How many messages there are, those that are being worked on included. */
  const lengthOf = async (QueueUrl: string): Promise<number> => {
    const AttributeNames = ['ApproximateNumberOfMessages', 'ApproximateNumberOfMessagesNotVisible'] as const;
    const { Attributes } = await askSqs('GetQueueAttributes', { QueueUrl, AttributeNames });
    return AttributeNames.reduce((sum, name) => sum + Number(Attributes[name]), 0);
  };
  const keysBelow = async (Prefix: string): Promise<readonly string[]> => {
    const keys: string[] = [];
    for await (const { Contents = [] } of paginateListObjectsV2({ client: s3 }, { Bucket: bucket, Prefix })) {
      keys.push(...Contents.flatMap(({ Key }) => Key ?? []));
    }
    return keys;
  };

  await t.test(
    'every picture that lands is answered by its own stack, in the place for results',
    async (t) => {
      const pictures = await Promise.all(colours.map((colour) => plain(colour)));
      const picture = (index: number): Uint8Array => pictures[index % pictures.length] ?? poison;
      const startedMs = Date.now();
      await fill(s3, bucket, [
        ['One/in/poison.png', poison],
        ...Object.keys(contexts).flatMap((name) =>
          indexes.map((index) => [`${name}/in/${index}.png`, picture(index)] as const),
        ),
        ['One/in/notes.txt', Buffer.from('no picture, and none is expected')],
        ['elsewhere/in/0.png', picture(0)],
      ]);
      for (const name of Object.keys(contexts)) {
        const expected = indexes.map((index) => `${name}/out/${index}.png.classify.json`).sort();
        const found = await until(`${PICTURES} results below ${name}/out/`, 180, async () => {
          const keys = await keysBelow(`${name}/out/`);
          return keys.length < PICTURES ? undefined : keys;
        });
        assert.deepEqual([...found].sort(), expected);
        for (const index of indexes) {
          const Key = `${name}/out/${index}.png.classify.json`;
          const { Body } = await s3.send(new GetObjectCommand({ Bucket: bucket, Key }));
          const { image, results } = JSON.parse((await Body?.transformToString()) ?? '');
          assert.equal(image, `s3://${bucket}/${name}/in/${index}.png`);
          assert.equal(results.tags[0].class, colours[index % colours.length]);
        }
      }
      t.diagnostic(`${2 * PICTURES} results after ${(Date.now() - startedMs) / 1_000} s`);

      const deadLetters = await until('a dead letter', 3 * TRIES * VISIBILITY_SECONDS, async () => {
        const length = await lengthOf(queues.one.deadLetters);
        return length === 0 ? undefined : length;
      });
      const tookMs = Date.now() - startedMs;
      t.diagnostic(`the poison was put aside after ${tookMs / 1_000} s`);
      assert.equal(deadLetters, 1);
      assert.ok(tookMs >= (TRIES - 1) * 1_000 * VISIBILITY_SECONDS, `it was put aside after ${tookMs} ms`);
      const { Messages } = await askSqs('ReceiveMessage', {
        QueueUrl: queues.one.deadLetters,
        VisibilityTimeout: 0,
      });
      assert.equal(JSON.parse(Messages[0].Body).detail.object.key, 'One/in/poison.png');
      for (const empty of [queues.one.queue, queues.other.queue, queues.other.deadLetters]) {
        await until(`nothing left in ${empty}`, 60, async () =>
          (await lengthOf(empty)) === 0 ? true : undefined,
        );
      }
      assert.equal((await keysBelow('One/out/')).length, PICTURES, 'neither the poison nor the notes');
      assert.deepEqual(await keysBelow('elsewhere/'), ['elsewhere/in/0.png']);
    },
  );

  await t.test('the stacks share nothing, and one goes on when the other is destroyed', async () => {
    const jobsOf = ({ JobsArn }: Outputs) =>
      connectJobs({ functionName: JobsArn.replace(/:live$/, ''), connection: { region } });
    const prefix = `s3://${bucket}/Other/in/`;
    const id = await jobsOf(other).start({ function: 'classify', prefix });
    for await (const { state } of jobsOf(other).watch(id)) assert.notEqual(state, 'failed');
    assert.deepEqual(
      (await jobsOf(other).list()).map((job) => [job.id, job.succeeded]),
      [[id, PICTURES]],
    );
    assert.deepEqual(await jobsOf(one).list(), []);
    assert.notEqual(one.BucketName, other.BucketName);

    await destroy(contexts.One);
    const reply = await lambda.send(
      new InvokeCommand({
        FunctionName: other.AliasArn,
        Payload: JSON.stringify({ images: [`s3://${bucket}/Other/in/1.png`], options: {} }),
      }),
    );
    const text = reply.Payload?.transformToString() ?? '';
    assert.equal(reply.FunctionError, undefined, text);
    assert.equal(JSON.parse(text).results[0].results.tags[0].class, 'green');
  });
});
