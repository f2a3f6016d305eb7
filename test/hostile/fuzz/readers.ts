import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { gzipSync } from 'node:zlib';
import * as z from 'zod';
import { systemClock } from '../../../engine/child/ports.ts';
import { readRecursionConfig } from '../../../engine/config.ts';
import { withHttp } from '../../../engine/driver.ts';
import { each } from '../../../engine/index.ts';
import { parseModelConfig } from '../../../functions/classify/core/labels.ts';
import { parsePreprocessing } from '../../../functions/classify/core/preprocessor-config.ts';
import { readOrchestrateRequest } from '../../../functions/orchestrate/request.ts';
import { readTargets } from '../../../functions/targets.ts';
import {
  describeReference,
  parseReference,
  readImageConfig,
  redactReference,
} from '../../../images/index.ts';
import { createSources } from '../../../images/sources/index.ts';
import { ImageDecodeError } from '../../../platform/index.ts';
import { memoryTree } from '../../engine/support/memory-tree.ts';
import { checkMessage, type Fuzzer, type OpenFuzzer, type Read, refusal } from './law.ts';
import { type Chance, mutateBytes, mutateJson, mutateText } from './mutate.ts';

const nothingToClose = { close: async () => {} };

const read = async (given: unknown, act: () => unknown): Promise<Read> => {
  const bytes = Buffer.byteLength(typeof given === 'string' ? given : (JSON.stringify(given) ?? ''));
  try {
    return { bytes, answer: JSON.stringify(await act()) ?? 'nothing' };
  } catch (error) {
    return { bytes, answer: refusal(error) };
  }
};

const item = z.string({ error: 'expected an image reference as text' });

const tree = (shape: object = {}) =>
  memoryTree(
    each((word: string) => {
      if (word.includes('bad')) throw new ImageDecodeError('bad');
      return word.length;
    }),
    { item, itemKey: 'image', options: { topK: z.number().int().optional() }, clock: systemClock, shape },
  );

interface Reply {
  readonly results: readonly { readonly error?: { readonly name: string; readonly message: string } }[];
  readonly summary: { readonly items: number; readonly succeeded: number; readonly failed: number };
}

/** What has to be the same again: results, and how many; no times, no ids. Every item has an outcome. */
const resultsOf = (reply: Reply | readonly unknown[] | { readonly $droste?: object }): unknown => {
  if (reply === null || typeof reply !== 'object') return reply;
  if ('$droste' in reply) return 'an envelope';
  if (!('summary' in reply) || !Array.isArray(reply.results)) return reply;
  for (const { error } of reply.results) if (error) checkMessage(error.name, error.message);
  assert.equal(reply.results.length, reply.summary.items);
  return reply.results.map(({ receipt, ...result }) => result);
};

const requests: readonly unknown[] = [
  'https://example.com/cat.jpg',
  { image: 'cat.jpg', options: { topK: 5 } },
  ['a', { image: 'b' }, 'bad', 'd', 'e'],
  {
    images: ['a', 'bad', { image: 'c' }, 'd', 'e', 'f'],
    options: { onError: 'collect', topK: 3, slots: 3, maxWorkPerRequest: 2, numParallelRequests: 2 },
  },
  {
    images: ['a', 'bad', 'c'],
    options: { toleratedFailureCount: 1, minSuccessful: 1, receipts: true, toleratedFailurePercentage: 50 },
  },
  { images: ['a', 'b'], options: { onError: 'collect', deadlineMs: 1, resume: 'eyJpdGVtcyI6Mn0' } },
  { manifest: 's3://bucket/list.txt', options: { onError: 'collect' } },
  { manifest: { uri: 's3://bucket/list.csv', format: 'csv', column: 'image' } },
  { prefix: 's3://bucket/photos/', options: { resume: 'batch' } },
];

/** A mutated request, deep or wide now and then. */
const requestOf = (chance: Chance): unknown => {
  let request = mutateJson(chance.pick(requests), chance);
  while (chance.oneIn(2)) request = mutateJson(request, chance);
  if (chance.oneIn(200)) for (let depth = 0; depth < 3_000; depth++) request = [request];
  return request;
};

const orchestrated = {
  images: ['a', 'b'],
  functions: { labels: 'classify', thumbs: { function: 'thumbnail', options: { size: 75 } } },
  options: { onError: 'collect', calls: 2, deadlineMs: 1_900_000_000_000 },
};

const httpEvent = {
  version: '2.0',
  rawPath: '/classify',
  rawQueryString: 'topK=3',
  headers: { 'content-type': 'application/json' },
  queryStringParameters: { topK: '3' },
  requestContext: { http: { method: 'POST', path: '/classify' }, timeEpoch: 1_900_000_000_000 },
  body: JSON.stringify({ images: ['a', 'b'], options: { onError: 'collect' } }),
  isBase64Encoded: false,
};

/** What callers send: to a function, to orchestrate, through HTTP. */
const requestFuzzer: Fuzzer = {
  name: 'requests',
  open: async (): Promise<OpenFuzzer> => {
    const { run } = tree();
    const targets = readTargets('classify=classify:live,thumbnail=thumbnail:live');
    const entrance = withHttp(async (event) => resultsOf(await run(event)), 'image');
    const context = { awsRequestId: 'r', functionVersion: '1', getRemainingTimeInMillis: () => 60_000 };
    return {
      ...nothingToClose,
      once: (chance) => {
        const kind = chance.below(4);
        if (kind === 0) {
          const request = mutateJson(orchestrated, chance);
          return read(request, () => readOrchestrateRequest(request, targets).parts.length);
        }
        if (kind === 1) {
          const request = chance.oneIn(2)
            ? mutateText(httpEvent.body, chance)
            : JSON.stringify(requestOf(chance));
          // without a store a list is the deployer's error, which is logged
          const body = /"(manifest|prefix)"/.test(request) ? '[]' : request;
          const event = { ...httpEvent, body, headers: mutateJson(httpEvent.headers, chance) };
          return read(body, async () => {
            const reply = (await entrance(event, context)) as { statusCode: number; body: string };
            assert.doesNotMatch(reply.body, /InternalError/);
            return reply;
          });
        }
        const request = requestOf(chance);
        return read(request, async () => resultsOf(await run(request)));
      },
    };
  },
};

const envelope = {
  items: ['a', 'bad', 'c', 'd', 'e'],
  options: { onError: 'collect', topK: 2 },
  depth: 1,
  path: '0.0',
  slots: 3,
  deadline: 1_900_000_000_000,
  version: '7',
  identity: { model: 'abc' },
  rootRequestId: 'request',
  runId: 'run',
  attempt: 0,
  claims: false,
  pinned: false,
};

/** What a parent sends, or whoever may invoke says that it is one. */
const envelopeFuzzer: Fuzzer = {
  name: 'envelopes',
  open: async () => {
    const { run } = tree();
    return {
      ...nothingToClose,
      once: (chance) => {
        let inner: unknown = envelope;
        for (let changes = 1 + chance.below(3); changes > 0; changes--) inner = mutateJson(inner, chance);
        const sealed = { $droste: inner };
        return read(sealed, async () => resultsOf(await run(sealed)));
      },
    };
  },
};

const references = [
  'https://example.com/a/cat.jpg?X-Amz-Signature=s3cret#f',
  'http://127.0.0.1:80/latest/meta-data',
  'http://[::ffff:7f00:1]/',
  's3://my-bucket/photos/kätzchen 1.jpg',
  'data:image/png;base64,iVBORw0KGgo=',
  'file:///etc/passwd',
  'https://user:pass@example.com/x.png',
];

/** References of pictures; those that need no network are fetched. */
const referenceFuzzer: Fuzzer = {
  name: 'references',
  open: async () => {
    const sources = createSources({
      allowHttp: true,
      allowFile: false,
      allowPrivate: 'none',
      maxBytes: 1_000,
    });
    return {
      close: sources.close,
      once: (chance) => {
        const text = mutateText(chance.pick(references), chance);
        return read(text, async () => {
          checkMessage('Reference', redactReference(text));
          assert.ok(describeReference(text).length < 4_200);
          const reference = parseReference(text);
          if (reference.kind === 'web' || reference.kind === 's3') return reference.kind;
          return (await sources.fetch(reference)).length;
        });
      },
    };
  },
};

const environment: Readonly<Record<string, string>> = {
  MAX_WORK_PER_REQUEST: '8',
  NUM_PARALLEL_REQUESTS: '10',
  MAX_SLOTS: '100',
  MAX_DEPTH: '8',
  FANOUT_ENABLED: 'true',
  ALLOW_HTTP: 'false',
  ALLOW_PRIVATE_ADDRESSES: 'none',
  MAX_IMAGE_BYTES: '1000',
  MAX_PIXELS: '1000',
  MAX_DECODE_WORK: '1000',
  FETCH_TIMEOUT_MS: '1000',
  AWS_LAMBDA_FUNCTION_MEMORY_SIZE: '1769',
  FUNCTIONS: 'a=b:live,c=arn:aws:lambda:eu-central-1:123456789012:function:d:7',
};

const modelConfig = {
  id2label: { 0: 'a', 1: 'b' },
  output: 'logits',
  problem_type: 'single_label_classification',
  threshold: 0.5,
};

const preprocessor = {
  do_resize: true,
  size: { shortest_edge: 256 },
  resample: 2,
  do_center_crop: true,
  crop_size: { height: 224, width: 224 },
  do_rescale: true,
  rescale_factor: 0.00392156862745098,
  do_normalize: true,
  image_mean: [0.5, 0.5, 0.5],
  image_std: [0.5, 0.5, 0.5],
};

const documentOf = (value: object, chance: Chance): string => {
  const text = JSON.stringify(chance.oneIn(3) ? value : mutateJson(value, chance));
  return chance.oneIn(3) ? mutateText(text, chance) : text;
};

/** Environment variables, and the files of models. */
const configurationFuzzer: Fuzzer = {
  name: 'configurations',
  open: async () => ({
    ...nothingToClose,
    once: (chance) => {
      const kind = chance.below(3);
      if (kind === 1) {
        const text = documentOf(modelConfig, chance);
        return read(text, () => parseModelConfig(text));
      }
      if (kind === 2) {
        const text = documentOf(preprocessor, chance);
        return read(text, () => parsePreprocessing(text));
      }
      const name = chance.pick(Object.keys(environment));
      const changed = { ...environment, [name]: mutateText(environment[name] ?? '', chance) };
      return read(changed, () => [
        readRecursionConfig(changed),
        Object.keys(readImageConfig(changed)),
        [...readTargets(changed.FUNCTIONS)],
      ]);
    },
  }),
};

const lists: readonly (readonly [string, string])[] = [
  ['list.txt', 'a\n"b"\n{"image":"c"}\n\nbad\n[1]\né\n'],
  ['list.csv', 'id,image,note\n1,a,"x,\n""y"""\n2,bad,\n3,c,z\n'],
  ['list.jsonl', '{"image":"a","n":1}\n{"image":"bad"}\n{"n":2}\n"d"\n'],
  [
    'manifest.json',
    '{"destinationBucket":"arn:aws:s3:::b","fileFormat":"CSV","fileSchema":"Bucket, Key","files":[{"key":"data/a.csv.gz"}]}',
  ],
];

/** Lists of items in files, packed or not. */
const manifestFuzzer: Fuzzer = {
  name: 'manifests',
  open: async () => {
    const folder = await mkdtemp(join(tmpdir(), 'droste-fuzz-'));
    let runs = 0;
    return {
      close: () => rm(folder, { recursive: true, force: true }),
      once: (chance) => {
        const [name, text] = chance.pick(lists);
        const packs = chance.oneIn(3);
        const content = mutateBytes(Buffer.from(text), chance);
        const packed = packs ? gzipSync(content) : content;
        const bytes = packs && chance.oneIn(2) ? mutateBytes(packed, chance) : packed;
        const path = join(folder, packs ? `${name}.gz` : name);
        const uri = pathToFileURL(path).href;
        const manifest = /csv|jsonl/.test(name) && chance.oneIn(2) ? { uri, column: 'image' } : uri;
        return read(content.toString(), async () => {
          await writeFile(path, bytes);
          // a store of its own: what is there from another run would be continued
          const store = pathToFileURL(join(folder, `store-${runs++}`)).href;
          const { run } = tree({ store, allowFile: true });
          const { summary } = await run({ manifest, options: { onError: 'collect' } });
          const { items, succeeded, failed, missing } = summary;
          assert.equal(missing, undefined);
          assert.equal(succeeded + failed, items, 'items without an outcome');
          await rm(new URL(store), { recursive: true, force: true });
          return { items, succeeded, failed };
        });
      },
    };
  },
};

/** Everything that reads what comes from outside, but for pictures. */
export const readers: readonly Fuzzer[] = [
  requestFuzzer,
  envelopeFuzzer,
  referenceFuzzer,
  configurationFuzzer,
  manifestFuzzer,
];
