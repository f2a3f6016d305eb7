import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

/** What a line of CloudWatch's embedded metric format says of its metrics. */
interface Described {
  readonly Namespace: string;
  readonly Dimensions: unknown;
  readonly Metrics: readonly { readonly Name: string; readonly Unit: string }[];
}

/** One line of the log, as Powertools writes it. */
type Line = Readonly<Record<string, unknown>> & {
  readonly _aws?: { readonly CloudWatchMetrics: readonly Described[] };
};

let text = '';
let logged: readonly Line[] = [];
let metrics: readonly Line[] = [];
before(async () => {
  const script = fileURLToPath(new URL('./told.ts', import.meta.url));
  // as in Lambda: Powertools writes to the output itself, not through the global console
  const { POWERTOOLS_DEV: _, ...env } = process.env;
  const { stdout, stderr } = await promisify(execFile)(process.execPath, [script], { env });
  text = stdout + stderr;
  const lines: readonly Line[] = text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
  logged = lines.filter((line) => !line._aws);
  metrics = lines.filter((line) => line._aws);
});

const total = (lines: readonly Line[], name: string) =>
  lines.reduce((sum, line) => sum + Number(line[name]), 0);

test('every invocation is one log line, with the request id of the root and its own path', () => {
  const tree = logged.filter(({ message }) => message === 'invocation');
  assert.ok(tree.length > 3);
  const paths = tree.map(({ path }) => path);
  assert.ok(paths.includes('0') && paths.includes('0.0'));
  assert.equal(new Set(paths).size, paths.length, 'a path of its own for each');
  for (const line of logged) {
    assert.equal(line.rootRequestId, 'request');
    assert.equal(line.service, 'told');
  }
  const root = tree.find(({ path }) => path === '0');
  assert.deepEqual(
    [root?.level, root?.depth, root?.items, root?.failed, root?.cold],
    ['INFO', 0, 20, 1, true],
  );
  assert.deepEqual(root?.errors, { RangeError: 1 });
  assert.equal(root?.requestId, 'request');
  assert.equal((root?.subtree as { invocations: number } | undefined)?.invocations, tree.length);
});

test('an invocation that was stopped is a warning that names the error, and says nothing of it', () => {
  const [stopped, ...more] = logged.filter(({ level }) => level === 'WARN');
  assert.deepEqual(more, []);
  assert.deepEqual([stopped?.message, stopped?.stopped], ['invocation stopped', 'RangeError']);
});

test('every invocation is one line of metrics, each with its own counts', () => {
  assert.equal(metrics.length, logged.length);
  const common = ['Items', 'Children', 'Throttled', 'TakenOver', 'Depth', 'ColdStart'];
  for (const line of metrics) {
    const described = line._aws?.CloudWatchMetrics[0];
    assert.ok(described);
    assert.equal(described.Namespace, 'droste');
    assert.deepEqual(described.Dimensions, [['service', 'stack']]);
    assert.deepEqual([line.service, line.stack], ['told', 'mine']);
    const names = [...common, ...(line.Depth === 0 ? ['Failed'] : []), 'Duration'];
    assert.deepEqual(
      described.Metrics.map(({ Name }) => Name),
      names,
    );
    assert.equal(described.Metrics.at(-1)?.Unit, 'Milliseconds');
    for (const name of names) assert.equal(typeof line[name], 'number', name);
  }
  // 20 of the first tree and the one item of the second, wherever in the tree each was worked on
  assert.equal(total(metrics, 'Items'), 21);
  assert.equal(
    total(metrics, 'Children'),
    metrics.length - 2,
    'every invocation but the two roots is a child',
  );
  assert.equal(total(metrics, 'ColdStart'), 1);
  const roots = metrics.filter(({ Depth }) => Depth === 0);
  assert.equal(total(roots, 'Failed'), 2, 'a failure counts once, however deep it was');
});

test('nothing of an item, its result or its error is in any line', () => {
  assert.doesNotMatch(text, /only-for-whoever-asked|result of|cannot/);
});
