/**
 * End to end against the AWS endpoint named by `AWS_ENDPOINT_URL` (an emulator, or AWS by its regional endpoint),
 * with the credentials of the environment. It deploys a stack of its own and takes it down again.
 */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import {
  GetFunctionCommand,
  InvokeCommand,
  LambdaClient,
  PublishVersionCommand,
  UpdateAliasCommand,
  UpdateFunctionConfigurationCommand,
  waitUntilFunctionUpdatedV2,
} from '@aws-sdk/client-lambda';
import {
  GetObjectCommand,
  HeadBucketCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { createBucket, removeBucket } from './buckets.ts';
import { cdk, deploy, destroy, type Outputs } from './cdk.ts';
import { endpoint, onAws, postToApi, region } from './endpoint.ts';

const needsEndpoint = endpoint ? {} : { skip: 'no AWS endpoint is named (AWS_ENDPOINT_URL)' };

const runFile = promisify(execFile);

const pathOf = (path: string): string => fileURLToPath(new URL(`../../${path}`, import.meta.url));
const embedded = pathOf('models/basic-colours');
const real = pathOf('../shared/data/models/squeezenet1.1');
const firstModel = existsSync(real) ? real : embedded;
const pictures = pathOf('examples/pictures');

const run = randomUUID().slice(0, 8);
const imageBucket = `droste-e2e-${run}`;
const context = {
  stackName: `DrosteE2e-${run}`,
  imageBuckets: imageBucket,
  // an emulator runs functions on this machine
  architecture: process.arch === 'arm64' ? 'arm64' : 'x64',
  timeoutSeconds: '60',
  // saved queries are not known everywhere
  dashboard: String(onAws),
};

interface Summary {
  readonly items: number;
  readonly succeeded: number;
  readonly failed: number;
  readonly invocations: number;
  readonly depth: number;
  readonly version: string;
  readonly model: string;
}

interface Reply {
  readonly results: readonly {
    readonly image: string;
    readonly results: { readonly tags: readonly { readonly class: string }[] };
    readonly receipt?: { readonly path: string };
  }[];
  readonly summary: Summary;
}

let lambda: LambdaClient;
let s3: S3Client;
let outputs: Outputs;
let images: readonly string[];

const classify = async (names: readonly string[], options: object) => {
  const reply = await lambda.send(
    new InvokeCommand({
      FunctionName: outputs.AliasArn,
      Payload: JSON.stringify({ images: names, options }),
    }),
  );
  const text = reply.Payload?.transformToString() ?? '';
  assert.equal(reply.FunctionError, undefined, text);
  return { ...(JSON.parse(text) as Reply), executedVersion: reply.ExecutedVersion };
};

type Answer = Awaited<ReturnType<typeof classify>>;

/**
 * Deploys another version, with another model: an answer that mixed versions would mix models. Where a stand-in for
 * CloudFormation forgets versions when it updates a function, it is done by the calls CloudFormation would make.
 */
const deployAgain = async (): Promise<void> => {
  if (onAws) {
    outputs = await deploy({ ...context, model: embedded, maxWork: '7' });
    return;
  }
  const FunctionName = outputs.AliasArn.replace(/:live$/, '');
  const { Configuration } = await lambda.send(new GetFunctionCommand({ FunctionName }));
  const { MODEL: _, ...Variables } = Configuration?.Environment?.Variables ?? {};
  await lambda.send(new UpdateFunctionConfigurationCommand({ FunctionName, Environment: { Variables } }));
  await waitUntilFunctionUpdatedV2({ client: lambda, maxWaitTime: 60 }, { FunctionName });
  const { Version } = await lambda.send(new PublishVersionCommand({ FunctionName }));
  await lambda.send(new UpdateAliasCommand({ FunctionName, Name: 'live', FunctionVersion: Version }));
};

const many = (count: number): readonly string[] =>
  Array.from({ length: count }, (_, index) => images[index % images.length] ?? '');

before(async () => {
  if (!endpoint) return;
  lambda = new LambdaClient({ region, maxAttempts: 1 });
  s3 = new S3Client({ region });
  await createBucket(s3, imageBucket);
  const names = (await readdir(pictures)).filter((name) => /\.(jpg|png|webp|avif)$/.test(name)).sort();
  for (const name of names) {
    const Body = await readFile(`${pictures}/${name}`);
    await s3.send(new PutObjectCommand({ Bucket: imageBucket, Key: name, Body }));
  }
  images = names.map((name) => `s3://${imageBucket}/${name}`);
  await cdk('bootstrap', '-c', `architecture=${context.architecture}`);
});

after(async () => {
  if (!endpoint) return;
  await removeBucket(s3, imageBucket);
  lambda.destroy();
  s3.destroy();
});

test('a deployed stack classifies, survives a deploy, and goes away', needsEndpoint, async (t) => {
  t.after(() => destroy(context));
  outputs = await deploy({ ...context, model: firstModel });

  await t.test('the deploy has put the model into the bucket', async () => {
    const { Contents = [] } = await s3.send(
      new ListObjectsV2Command({ Bucket: outputs.BucketName, Prefix: 'models/' }),
    );
    const name = firstModel.split('/').at(-1);
    assert.deepEqual(
      Contents.map(({ Key }) => Key?.replace(/^models\/[0-9a-f]{16}\//, '')),
      ['config.json', 'model.onnx', 'preprocessor_config.json'].map((file) => `${name}/${file}`),
    );
  });

  await t.test(
    'a batch through the alias recurses at least two levels deep, all of one version',
    async () => {
      const asked = many(48);
      const { results, summary, executedVersion } = await classify(asked, {
        maxWorkPerRequest: 2,
        numParallelRequests: 3,
        slots: 12,
        receipts: true,
      });
      assert.deepEqual(
        results.map(({ image }) => image),
        asked,
      );
      assert.equal(summary.succeeded, 48);
      assert.ok(summary.depth >= 2, `depth ${summary.depth}`);
      assert.ok(summary.invocations >= 6, `${summary.invocations} invocations`);
      assert.equal(summary.version, '1');
      assert.equal(executedVersion ?? '1', '1');
      const paths = new Set(results.map(({ receipt }) => receipt?.path));
      assert.ok(paths.size >= 6, [...paths].join(' '));
      // the same picture has the same answer, wherever in the tree it was classified
      const answers = Map.groupBy(results, ({ image }) => image);
      for (const same of answers.values()) {
        assert.equal(new Set(same.map((result) => JSON.stringify(result.results))).size, 1);
      }
    },
  );

  await t.test('the HTTP API answers a batch, and a bad request with a problem', async () => {
    const good = await postToApi(outputs.ApiUrl, images.slice(0, 3));
    assert.equal(good.status, 200, JSON.stringify(good.body));
    assert.deepEqual(
      (good.body as Reply['results']).map(({ image }) => image),
      images.slice(0, 3),
    );
    const bad = await postToApi(outputs.ApiUrl, { images, options: { topk: 3 } });
    assert.equal(bad.status, 400);
    assert.match(bad.contentType ?? '', /^application\/problem\+json/);
    assert.equal(bad.body.name, 'InvalidRequestError');
  });

  await t.test('the command runs files of this machine on the deployed function', async () => {
    const { stdout } = await runFile(process.execPath, [
      pathOf('cli/main.ts'),
      ...['classify', pictures, '--json', '--max-work', '2', '--function', outputs.AliasArn],
      ...['--region', region, '--endpoint-url', endpoint ?? ''],
    ]);
    const lines = stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    assert.equal(lines.length, images.length);
    assert.ok(lines.every(({ results }) => results.tags.length === 5));
  });

  await t.test(
    'a manifest is answered in parts, and continued by its name without doing anything twice',
    async () => {
      await s3.send(
        new PutObjectCommand({ Bucket: imageBucket, Key: 'list.txt', Body: many(30).join('\n') }),
      );
      const ask = async () => {
        const manifest = `s3://${imageBucket}/list.txt`;
        const Payload = JSON.stringify({ manifest, options: { resume: 'e2e', maxWorkPerRequest: 4 } });
        const reply = await lambda.send(new InvokeCommand({ FunctionName: outputs.AliasArn, Payload }));
        const text = reply.Payload?.transformToString() ?? '';
        assert.equal(reply.FunctionError, undefined, text);
        return JSON.parse(text);
      };
      const first = await ask();
      assert.equal(first.summary.succeeded, 30);
      const [, Bucket, Key] = /^s3:\/\/([^/]+)\/(.+)$/.exec(first.results.index) ?? [];
      const { Body } = await s3.send(new GetObjectCommand({ Bucket, Key }));
      const index = JSON.parse((await Body?.transformToString()) ?? '');
      assert.deepEqual(index.missing, []);
      assert.equal(index.parts.at(-1).end, 30);
      const again = await ask();
      assert.equal(again.summary.succeeded, 30);
      assert.equal(again.summary.invocations, 1);
    },
  );

  await t.test(
    'thumbnails and labels of one batch come from one call of the orchestrator, by SDK and HTTP',
    async () => {
      const request = {
        images: images.slice(0, 3),
        functions: { labels: 'classify', thumbs: { function: 'thumbnail', options: { size: 64 } } },
      };
      const Payload = JSON.stringify(request);
      const reply = await lambda.send(new InvokeCommand({ FunctionName: outputs.OrchestrateArn, Payload }));
      const direct = JSON.parse(reply.Payload?.transformToString() ?? '');
      const { body } = await postToApi(outputs.ApiUrl.replace(/classify$/, 'orchestrate'), request);
      for (const { labels, thumbs } of [direct, body]) {
        assert.equal(labels.summary.succeeded, 3, JSON.stringify(labels));
        assert.equal(thumbs.summary.succeeded, 3, JSON.stringify(thumbs));
        const { uri, width, height } = thumbs.results[0].results.thumbnail;
        assert.ok(Math.max(width, height) === 64);
        const [, Bucket, Key] = /^s3:\/\/([^/]+)\/(thumbnails\/.+\.jpg)$/.exec(uri) ?? [];
        const { ContentType } = await s3.send(new GetObjectCommand({ Bucket, Key }));
        assert.equal(ContentType, 'image/jpeg');
      }
      const alone = await lambda.send(
        new InvokeCommand({
          FunctionName: outputs.ThumbnailArn,
          Payload: JSON.stringify({ images: request.images, options: { size: 20, format: 'png' } }),
        }),
      );
      assert.match(alone.Payload?.transformToString() ?? '', /"format": ?"png"/);
    },
  );

  await t.test('a picture the function may not read is an error of its own, with advice', async () => {
    const { results, summary } = await classify([images[0] ?? '', `s3://${imageBucket}/absent.jpg`], {
      onError: 'collect',
    });
    assert.equal(summary.failed, 1);
    assert.match(JSON.stringify(results[1]), /ImageFetchError/);
  });

  await t.test('batches under way while another version is deployed are of one version each', async () => {
    const before = await classify(images.slice(0, 2), {});
    let deploying = true;
    const deployed = deployAgain().finally(() => {
      deploying = false;
    });
    const seen: Answer[] = [];
    while (deploying) {
      seen.push(await classify(many(24), { maxWorkPerRequest: 2, numParallelRequests: 3, slots: 8 }));
    }
    await deployed;
    const last = await classify(images.slice(0, 2), {});

    assert.equal(before.summary.version, '1');
    assert.equal(last.summary.version, '2');
    if (firstModel !== embedded) assert.notEqual(last.summary.model, before.summary.model);
    assert.ok(seen.length > 0);
    for (const { summary, results, executedVersion } of seen) {
      const alike = summary.version === '1' ? before : last;
      assert.equal(summary.succeeded, 24);
      assert.equal(summary.version, alike.summary.version);
      assert.equal(executedVersion ?? summary.version, summary.version);
      // every picture by the model of that version, wherever in the tree it was classified
      const expected = new Map(alike.results.map(({ image, results: answer }) => [image, answer]));
      for (const { image, results: answer } of results) {
        if (expected.has(image)) assert.deepEqual(answer, expected.get(image));
      }
    }
  });

  await t.test('destroy leaves the bucket and nothing else', async () => {
    await destroy(context);
    const functionName = outputs.AliasArn.replace(/:live$/, '');
    await assert.rejects(lambda.send(new GetFunctionCommand({ FunctionName: functionName })), {
      name: 'ResourceNotFoundException',
    });
    const left = await s3.send(new HeadBucketCommand({ Bucket: outputs.BucketName })).then(
      () => true,
      () => false,
    );
    // not every stand-in knows of deletion policies
    if (onAws) assert.ok(left, 'expected the bucket to be retained');
    if (left) await removeBucket(s3, outputs.BucketName);
  });
});
