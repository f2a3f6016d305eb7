/**
 * Jobs of a deployed stack, end to end against the AWS endpoint named by `AWS_ENDPOINT_URL`. What an emulator must be
 * able to do for it is in `README.md` beside this file.
 */
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { GetFunctionCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { S3Client } from '@aws-sdk/client-s3';
import { connectJobs, droste, type JobView } from '../../client/public.ts';
import { colours, createBucket, fill, plain, poison, removeBucket } from './buckets.ts';
import { cdk, deploy, destroy, type Outputs } from './cdk.ts';
import { endpoint, onAws, region } from './endpoint.ts';
import { killEnvironments } from './environments.ts';

const needsEndpoint = endpoint ? {} : { skip: 'no AWS endpoint is named (AWS_ENDPOINT_URL)' };

const TIMEOUT_SECONDS = 10;

const PICTURES = 5_000;

/** AWS has 5,000 tiny pictures done before a function's first time-out. */
const SIDE = onAws ? 2_000 : 8;

/** Indexes of what is no picture at first. */
const poisoned = [17, 1_234, 4_999];

/** Indexes of pictures that become others after they were done, and that nobody is to look at again. */
const overwritten = [0, 16, 1_235, 2_500];

const run = randomUUID().slice(0, 8);
const bucket = `droste-e2e-jobs-${run}`;
const models = fileURLToPath(new URL('../../models/basic-colours', import.meta.url));
const context = {
  stackName: `DrosteE2eJobs-${run}`,
  imageBuckets: bucket,
  // an emulator runs functions on this machine
  architecture: process.arch === 'arm64' ? 'arm64' : 'x64',
  timeoutSeconds: String(TIMEOUT_SECONDS),
  model: models,
  // saved queries are not known everywhere
  dashboard: String(onAws),
};

const keyOf = (index: number): string => `many/${String(index).padStart(5, '0')}.png`;

const colourOf = (index: number): string => colours[index % colours.length] ?? '';

interface Line {
  readonly image: string;
  readonly results?: { readonly tags: readonly { readonly class: string }[] };
  readonly error?: { readonly name: string };
}

const answerOf = ({ results, error }: Line): string | undefined => results?.tags[0]?.class ?? error?.name;

const everyIndex = Array.from({ length: PICTURES }, (_, index) => index);

test('jobs of a deployed stack', needsEndpoint, async (t) => {
  const s3 = new S3Client({ region });
  const lambda = new LambdaClient({ region });
  await createBucket(s3, bucket);
  let outputs: Outputs | undefined;
  t.after(async () => {
    await destroy(context);
    if (outputs) await removeBucket(s3, outputs.BucketName);
    await removeBucket(s3, bucket);
    s3.destroy();
    lambda.destroy();
  });
  const pictures = await Promise.all(colours.map((colour) => plain(colour, SIDE)));
  const picture = (index: number): Uint8Array => pictures[index % pictures.length] ?? poison;
  await fill(
    s3,
    bucket,
    everyIndex.map((index) => [keyOf(index), poisoned.includes(index) ? poison : picture(index)]),
  );
  await cdk('bootstrap', '-c', `architecture=${context.architecture}`);
  outputs = await deploy(context);
  const { AliasArn, JobsArn } = outputs;

  const connection = { region };
  const nameOf = (arn: string) => arn.replace(/:live$/, '');
  const functionName = nameOf(AliasArn).split(':').at(-1) ?? '';
  const jobs = connectJobs({ functionName: nameOf(JobsArn), connection });
  const everything = {
    function: 'classify',
    prefix: `s3://${bucket}/many/`,
    options: { slots: 4 },
  } as const;
  const resultsOf = async (id: string): Promise<readonly Line[]> => {
    const lines: Line[] = [];
    for await (const line of jobs.results(id)) lines.push(JSON.parse(line));
    return lines;
  };
  const watch = async (id: string, look: (view: JobView) => unknown = () => {}): Promise<JobView> => {
    let last: JobView | undefined;
    for await (const view of jobs.watch(id)) {
      last = view;
      await look(view);
    }
    assert.ok(last);
    return last;
  };
  const tell = ({ state, runs, succeeded, created, ended = '' }: JobView): string =>
    `${state}: ${succeeded} items, ${runs} runs, ${(Date.parse(ended) - Date.parse(created)) / 1_000} s`;

  let id = '';
  await t.test(
    `a job over ${PICTURES} pictures outlives its function again and again, is killed twice, and is whole and in order`,
    async (t) => {
      id = await jobs.start(everything);
      let kills = 0;
      const last = await watch(id, async ({ state, succeeded }) => {
        if (state !== 'running' || kills === 2 || succeeded < ((kills + 1) * PICTURES) / 4) return;
        const killed = await killEnvironments(functionName);
        if (killed > 0) kills += 1;
      });
      t.diagnostic(`${tell(last)}, killed ${kills} times`);
      const { state, items, succeeded, failed, missing, runs } = last;
      assert.deepEqual(
        { state, items, succeeded, failed, missing },
        {
          state: 'done',
          items: PICTURES,
          succeeded: PICTURES - poisoned.length,
          failed: poisoned.length,
          missing: 0,
        },
        JSON.stringify(last),
      );
      if (!onAws) assert.equal(kills, 2, 'expected the environments to be processes of this machine');
      assert.ok(runs > 5 + kills, `${runs} runs`);
      const elapsedMs = Date.parse(last.ended ?? '') - Date.parse(last.created);
      assert.ok(elapsedMs > 5 * 1_000 * TIMEOUT_SECONDS, `${elapsedMs} ms`);
      const lines = await resultsOf(id);
      assert.deepEqual(
        lines.map(({ image }) => image),
        everyIndex.map((index) => `s3://${bucket}/${keyOf(index)}`),
      );
      assert.deepEqual(
        lines.map(answerOf),
        everyIndex.map((index) => (poisoned.includes(index) ? 'UnsupportedImageError' : colourOf(index))),
      );
    },
  );

  await t.test('what failed is done again, and nothing else', async () => {
    await fill(s3, bucket, [
      ...poisoned.map((index) => [keyOf(index), picture(index)] as const),
      ...overwritten.map((index) => [keyOf(index), picture(index + 1)] as const),
    ]);
    await jobs.retryFailed(id);
    const { state, succeeded, failed } = await watch(id);
    assert.deepEqual({ state, succeeded, failed }, { state: 'done', succeeded: PICTURES, failed: 0 });
    assert.deepEqual((await resultsOf(id)).map(answerOf), everyIndex.map(colourOf));
  });

  await t.test('a job is cancelled within 5 s', async (t) => {
    const second = await jobs.start(everything);
    let cancelledMs: number | undefined;
    const last = await watch(second, async ({ succeeded }) => {
      if (succeeded === 0 || cancelledMs !== undefined) return;
      cancelledMs = Date.now();
      await jobs.cancel(second);
    });
    const tookMs = Date.now() - (cancelledMs ?? 0);
    t.diagnostic(`${tell(last)}; seen as cancelled after ${tookMs} ms`);
    assert.equal(last.state, 'cancelled');
    assert.ok((last.missing ?? 0) > 0, JSON.stringify(last));
    assert.ok(tookMs < 5_000, `${tookMs} ms`);
  });

  await t.test(
    'a deploy with a new model mixes no batch and no job, and is of all that come later',
    async (t) => {
      const folder = await mkdtemp(join(tmpdir(), 'droste-e2e-'));
      t.after(() => rm(folder, { recursive: true, force: true }));
      const model = join(folder, 'basic-colours');
      await cp(models, model, { recursive: true });
      const file = join(model, 'config.json');
      const config = JSON.parse(await readFile(file, 'utf8'));
      // the same graph, whose classes are called otherwise
      const id2label = Object.entries(config.id2label).map(([id, label]) => [id, `new ${label}`]);
      await writeFile(file, JSON.stringify({ ...config, id2label: Object.fromEntries(id2label) }));

      const some = everyIndex.slice(20, 44);
      const classify = droste<string, { readonly tags: readonly { readonly class: string }[] }>({
        functionName: nameOf(AliasArn),
        connection,
      });
      const ask = async (): Promise<readonly string[]> => {
        const all = await classify.map(some.map((index) => `s3://${bucket}/${keyOf(index)}`)).all();
        return all.map(({ tags }) => tags[0]?.class ?? '');
      };
      const old = some.map(colourOf);
      const renamed = old.map((colour) => `new ${colour}`);
      assert.deepEqual(await ask(), old);

      const underWay = await jobs.start({ ...everything, options: { slots: 2 } });
      let deploying = true;
      const deployed = deploy({ ...context, model }).finally(() => {
        deploying = false;
      });
      deployed.catch(() => {});
      let asked = 0;
      while (deploying) {
        const answers = await ask();
        asked += 1;
        assert.ok(
          [old, renamed].some((one) => JSON.stringify(one) === JSON.stringify(answers)),
          answers.join(' '),
        );
      }
      await deployed;
      assert.deepEqual(await ask(), renamed);
      const first = await lambda
        .send(new GetFunctionCommand({ FunctionName: functionName, Qualifier: '1' }))
        .catch((error: Error) => error);
      if (first instanceof Error) {
        assert.ok(!onAws, `expected the version of what runs to be kept: ${first.message}`);
        await jobs.cancel(underWay);
        return t.skip('the endpoint forgets versions when it updates a function');
      }
      const last = await watch(underWay);
      t.diagnostic(`${asked} batches during the deploy; ${tell(last)}`);
      assert.deepEqual([last.state, last.succeeded], ['done', PICTURES], JSON.stringify(last));
      const isChanged = new Set(overwritten);
      assert.deepEqual(
        (await resultsOf(underWay)).map(answerOf),
        everyIndex.map((index) => colourOf(isChanged.has(index) ? index + 1 : index)),
      );
    },
  );
});
