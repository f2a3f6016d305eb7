import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { test } from 'node:test';

const engine = new URL('../../engine/index.ts', import.meta.url).href;

/** What a child in a fresh process loads of the AWS SDK, and what it has spent when it begins its first item. */
const atFirstItem = (environment: Readonly<Record<string, string>>) => {
  const script = `
    import { registerHooks } from 'node:module';
    const seen = new Set();
    registerHooks({ resolve: (specifier, context, next) => {
      if (specifier.startsWith('@aws-sdk/')) seen.add(specifier);
      return next(specifier, context);
    } });
    const { each, recursive } = await import(${JSON.stringify(engine)});
    let first;
    const handler = recursive(each(async (item) => {
      first ??= { cpuMs: (process.cpuUsage().user + process.cpuUsage().system) / 1000 };
      // as long as a download takes at least: what was begun beside it would have come to its imports
      for (let turn = 0; turn < 1_000; turn++) await new Promise(setImmediate);
      return item;
    }));
    const envelope = {
      items: [1, 2, 3], options: {}, depth: 1, path: '0.0', slots: 1, deadline: Date.now() + 60_000, version: '7',
      identity: {}, rootRequestId: 'root', attempt: 0,
    };
    const context = { awsRequestId: 'r', functionVersion: '7', getRemainingTimeInMillis: () => 60_000 };
    const { $droste } = await handler({ $droste: envelope }, context);
    console.log(JSON.stringify({ ...first, loaded: [...seen], answered: $droste.outcomes.length }));
    process.exit();`;
  const printed = execFileSync(process.execPath, ['--input-type=module', '--eval', script], {
    encoding: 'utf8',
    env: { ...process.env, AWS_REGION: 'us-east-1', AWS_LAMBDA_FUNCTION_NAME: 'fn', ...environment },
  });
  return JSON.parse(printed.trim().split('\n').at(-1) ?? '');
};

test('a cold child with a store works on its items without the AWS SDK', (t) => {
  const without = atFirstItem({});
  const child = atFirstItem({ STORE: 's3://bucket/prefix' });
  assert.deepEqual([child.loaded, child.answered], [[], 3]);
  t.diagnostic(`CPU to the first item: ${child.cpuMs} ms with a store, ${without.cpuMs} ms without`);
});
