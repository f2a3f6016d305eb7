import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { suite, test } from 'node:test';
import { readOrchestrateConfig } from '../../../functions/orchestrate/config.ts';
import { readJobParts } from '../../../functions/orchestrate/job-parts.ts';
import { type CallFunction, orchestrate, withItems } from '../../../functions/orchestrate/orchestrate.ts';
import { readOrchestrateRequest } from '../../../functions/orchestrate/request.ts';
import { readTargets } from '../../../functions/targets.ts';

const targets = readTargets('classify=droste-classify:live,thumbnail=droste-thumbnail');
const read = (event: unknown) => readOrchestrateRequest(event, targets);

const summary = {
  items: 0,
  succeeded: 0,
  failed: 0,
  invocations: 0,
  depth: 0,
  throttled: 0,
  retried: 0,
  version: '1',
  rootRequestId: 'root-1',
};

suite('the functions that may be called', () => {
  test('are names with a function each, by name or ARN, with or without alias', () => {
    const arn = 'arn:aws:lambda:eu-central-1:123456789012:function:thumbs';
    assert.deepEqual(Object.fromEntries(readTargets(`a=classify:live, b = b_2 ,c=${arn}:7,d=${arn}`)), {
      a: { functionName: 'classify', qualifier: 'live' },
      b: { functionName: 'b_2', qualifier: undefined },
      c: { functionName: arn, qualifier: '7' },
      d: { functionName: arn, qualifier: undefined },
    });
  });

  for (const [text, message] of [
    [undefined, /^FUNCTIONS: expected the functions that may be called, found none/],
    ['  ', /found none/],
    ['classify', /expected name=function .* received "classify"/],
    ['a=b,', /received ""/],
    ['a=b:c:d', /received "a=b:c:d"/],
    ['a=b:', /received "a=b:"/],
    ['a=b,a=c', /received a twice/],
  ] as const) {
    test(`are not ${JSON.stringify(text)}`, () => {
      assert.throws(() => readTargets(text), { name: 'ConfigurationError', message });
    });
  }

  test('stand in the environment beside the limits', () => {
    const { calls, slots } = readOrchestrateConfig({ FUNCTIONS: 'a=b' });
    assert.deepEqual([calls, slots], [5, 100]);
    assert.throws(() => readOrchestrateConfig({ FUNCTIONS: 'a=b', MAX_CALLS: '0' }), {
      message: /MAX_CALLS/,
    });
    assert.equal(readOrchestrateConfig({ FUNCTIONS: 'a=b', MAX_CALLS: '7' }).calls, 7);
  });
});

suite('a request', () => {
  test('names functions by their name alone, or with options', () => {
    const request = read({
      images: ['a', 'b'],
      functions: { labels: 'classify', thumbs: { function: 'thumbnail', options: { size: 75 } } },
      options: { onError: 'collect', calls: 2, deadlineMs: 5 },
    });
    assert.deepEqual(request, {
      itemKey: 'image',
      items: ['a', 'b'],
      list: undefined,
      resume: undefined,
      parts: [
        {
          name: 'labels',
          function: 'classify',
          target: { functionName: 'droste-classify', qualifier: 'live' },
          options: {},
        },
        {
          name: 'thumbs',
          function: 'thumbnail',
          target: { functionName: 'droste-thumbnail', qualifier: undefined },
          options: { size: 75 },
        },
      ],
      onError: 'collect',
      calls: 2,
      deadlineMs: 5,
    });
  });

  test('may have items of any kind, and raises by default', () => {
    const { itemKey, onError, calls } = read({ items: [{ n: 1 }], functions: { a: 'classify' } });
    assert.deepEqual([itemKey, onError, calls], ['item', 'raise', undefined]);
  });

  test('may name a list instead, which is checked and passed on as it is', () => {
    const manifest = { uri: 's3://lists/all.csv', column: 'url' };
    const given = { manifest, functions: { a: 'classify' }, options: { resume: 'mine' } };
    const { list, resume, items } = read(given);
    assert.deepEqual([list, resume, items], [{ manifest }, 'mine', []]);
    assert.deepEqual(read({ prefix: 's3://photos/', functions: { a: 'classify' } }).list, {
      prefix: 's3://photos/',
    });
  });

  test('with a list stands in the documentation as it is understood', () => {
    const page = readFileSync(new URL('../../../docs/what-starts-it.md', import.meta.url), 'utf8');
    const [, text = ''] = /^```json\n(\{\n {2}"prefix".*?)^```/ms.exec(page) ?? [];
    const { list, resume, parts } = read(JSON.parse(text));
    assert.deepEqual([list, resume], [{ prefix: 's3://photos/2026/' }, 'mine']);
    assert.deepEqual(
      parts.map(({ name }) => name),
      ['labels', 'thumbs'],
    );
  });

  const functions = { a: 'classify' };
  for (const [name, event, message] of [
    ['no object', 'cat.jpg', /^Expected \{"images": \[…\], "functions"/],
    [
      'both images and items',
      { images: [], items: [], functions },
      /expected one of images, items, manifest and prefix/,
    ],
    ['neither', { functions }, /expected one of images, items, manifest and prefix/],
    ['a list and items', { manifest: 's3://b/k', items: [], functions }, /expected one of images, items/],
    [
      'a prefix without a slash',
      { prefix: 's3://photos', functions },
      /^prefix: expected a prefix that ends in a slash/,
    ],
    [
      'a name without a list',
      { images: [], functions, options: { resume: 'b' } },
      /expected only with a manifest or a prefix/,
    ],
    ['no functions', { images: [] }, /functions/],
    ['an empty list of functions', { images: [], functions: {} }, /expected one function or more/],
    ['an unknown key', { images: [], functions, topK: 5 }, /topK/],
    ['an unknown option', { images: [], functions, options: { slots: 5 } }, /slots/],
    ['an envelope', { $droste: {} }, /\$droste/],
    ['an onError of another word', { images: [], functions, options: { onError: 'ignore' } }, /onError/],
    ['no calls', { images: [], functions, options: { calls: 0 } }, /calls/],
    [
      'a function that is not on the list',
      { images: [], functions: { a: 'droste-classify' } },
      /^functions\.a: expected one of classify, thumbnail, received "droste-classify"$/,
    ],
    [
      'a word beside function and options',
      { images: [], functions: { a: { function: 'classify', qualifier: '3' } } },
      /qualifier|functions\.a/,
    ],
    [
      'an option that is decided for all',
      { images: [], functions: { a: { function: 'classify', options: { onError: 'raise' } } } },
      /^functions\.a\.options: onError is not one function's to decide/,
    ],
    [
      'a name that is a number',
      { images: [], functions: { 7: 'classify' } },
      /functions\.7: expected a letter, then at most 63 letters, digits, _ and -$/,
    ],
    [
      'a name that objects have their own meaning for',
      { images: [], functions: { ['__proto__']: 'classify', a: 'classify' } },
      /functions: __proto__: expected a letter/,
    ],
  ] as const) {
    test(`with ${name} is refused`, () => {
      assert.throws(() => read(event), { name: 'InvalidRequestError', message });
    });
  }
});

test('a job asks for each function by the name that the request calls it, of which two may be one function', () => {
  const same = readTargets('stable=droste-classify:3,next=droste-classify:4');
  const functions = { a: 'stable', b: 'next' };
  assert.deepEqual(
    readJobParts({ images: ['x'], functions }, same).map(({ request }) => request.function),
    ['stable', 'next'],
  );
});

suite('several functions', () => {
  const request = (onError: 'raise' | 'collect') =>
    read({ images: ['x', 'y'], functions: { b: 'classify', a: 'thumbnail' }, options: { onError } });
  const ask = (asked: ReturnType<typeof request>, callFunction: CallFunction) =>
    orchestrate(
      asked,
      withItems(asked, callFunction, (item) => `<${item}>`),
    );

  test('answer by name in the order of the request, each item labelled', async () => {
    const later = Promise.withResolvers<void>();
    const callFunction: CallFunction = async ({ part, items }) => {
      if (part.name === 'b') await later.promise;
      else later.resolve();
      return { outcomes: items.map((item) => ({ results: `${part.name} of ${item}` })), summary };
    };
    const reply = await ask(request('raise'), callFunction);
    assert.deepEqual(Object.keys(reply), ['b', 'a']);
    assert.deepEqual(reply.a, {
      results: [
        { image: '<x>', results: 'a of x' },
        { image: '<y>', results: 'a of y' },
      ],
      summary,
    });
  });

  const oneFails =
    (seen: { settled: boolean }): CallFunction =>
    async ({ part, signal, items }) => {
      if (part.name === 'a') throw Object.assign(new Error('spent'), { name: 'QuotaError' });
      await new Promise((resolve) => setImmediate(resolve));
      seen.settled = true;
      signal.throwIfAborted();
      return { outcomes: items.map((item) => ({ results: item })), summary };
    };

  test('under raise stop at the first error, which is thrown when all have ended', async () => {
    const seen = { settled: false };
    const callFunction = oneFails(seen);
    await assert.rejects(ask(request('raise'), callFunction), {
      name: 'QuotaError',
      message: 'spent',
    });
    assert.ok(seen.settled);
  });

  test('under collect answer each for itself', async () => {
    const callFunction = oneFails({ settled: false });
    const reply = await ask(request('collect'), callFunction);
    assert.deepEqual(reply.a, { error: { name: 'QuotaError', message: 'spent' } });
    assert.ok(
      reply.b && 'results' in reply.b && Array.isArray(reply.b.results) && reply.b.results.length === 2,
    );
  });
});
