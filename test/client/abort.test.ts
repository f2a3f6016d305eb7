import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { droste } from '../../client/index.ts';
import type { HostEvent } from '../../local/index.ts';
import { startTestHost } from '../local/support/local.ts';

const moduleOf = (path: string) => new URL(path, import.meta.url).href;

/** An item `wait:` ends by itself after so long, cold starts not counted. */
const WAIT_MS = 60_000;

const assertTold = ({ errorType, durationMs }: HostEvent & { readonly kind: 'invocation ended' }): void => {
  assert.equal(errorType, undefined);
  assert.ok(durationMs < WAIT_MS, `ended after ${durationMs} ms`);
};

/** Functions that share a store, as deployed ones do. */
const startTrees = async (t: TestContext) => {
  const folder = await mkdtemp(join(tmpdir(), 'droste-abort-'));
  t.after(() => rm(folder, { recursive: true, force: true }));
  const functionOf = (name: string, module: string) => ({
    name,
    module: moduleOf(module),
    timeoutMs: 120_000,
    environment: { MAX_WORK_PER_REQUEST: '1', FUNCTION_ALIAS: 'live', STORE: pathToFileURL(folder).href },
  });
  const orchestrate = {
    name: 'orchestrate',
    module: moduleOf('../../functions/orchestrate/handler.ts'),
    timeoutMs: 120_000,
    environment: { FUNCTIONS: 'red=red:live,blue=blue:live' },
  };
  const host = await startTestHost(
    t,
    [
      functionOf('red', '../engine/handlers/tree.ts'),
      functionOf('blue', '../engine/faults/handler.ts'),
      orchestrate,
    ],
    6,
  );
  const started = () => host.event('invocation started', ({ functionName }) => functionName === 'blue');
  /** Of the first of blue: the one after it is the call that tells it. */
  const ended = async () => {
    const first = await started();
    return host.event('invocation ended', ({ requestId }) => requestId === first.requestId);
  };
  return { host, ended };
};

test('a library caller whose map is over tells the children that still run', async (t) => {
  const { host, ended } = await startTrees(t);
  const controller = new AbortController();
  const { map } = droste({
    functionName: 'blue',
    connection: {
      endpoint: host.endpoint,
      region: 'us-east-1',
      credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    },
    shape: { maxWork: 1, maxLanes: 1, slots: 1 },
  });
  const all = map(['wait:1'], { signal: controller.signal }).all();
  await host.event('invocation started');
  controller.abort(new Error('enough'));
  await assert.rejects(all, { message: 'enough' });
  assertTold(await ended());
});

test('the orchestrator tells the other functions when one has failed', async (t) => {
  const { host, ended } = await startTrees(t);
  // the one function fails on it, the other waits
  const items = [{ fail: 'QuotaError', head: 'wait:1' }];
  const { payload, functionError } = await host.send({
    FunctionName: 'orchestrate:live',
    Payload: Buffer.from(JSON.stringify({ items, functions: { a: 'red', b: 'blue' } })),
  });
  assert.deepEqual([functionError, payload.errorType], ['Unhandled', 'QuotaError']);
  assertTold(await ended());
});
