import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { planDefaults, planFlags } from '../../planner/plan-options.ts';
import { planReport } from '../../planner/plan-report.ts';

test('a plan says the tree by levels, bytes, time and cost warm and cold, and what to prefer', () => {
  const { text } = planReport({ items: 1_000 });
  assert.match(text, /the root, 1,000 items\n {4}10 invocations, 90 to 100 items each\n {6}178 invocations/);
  assert.match(text, /depth +2, at most 100 invocations at once/);
  assert.match(text, /warm +1\.06 s, \$0\.00/);
  assert.match(text, /cold +3\.46 s, \$0\.00/);
  assert.match(text, /recommended +--max-work \d+ --parallel \d+/);
  assert.match(text, /auto +--max-work 3 is what MAX_WORK_PER_REQUEST=auto chooses/);
});

test('the report as data is JSON, with everything the text says', () => {
  const { json } = planReport({ items: 1_000 });
  const read = JSON.parse(JSON.stringify(json));
  assert.equal(read.plan.warm.invocations, 189);
  assert.equal(read.plan.depth, 2);
  assert.equal(read.options.maxWork, planDefaults.maxWork);
  assert.equal(read.recommendation.isWithin, true);
  assert.deepEqual(read.cautions, []);
});

test('it warns of what Lambda does not carry, not finish or not start in time', () => {
  const { cautions } = planReport({ items: 1_000_000, slots: 2_000, timeoutMs: 30_000 }).json;
  assert.equal(cautions.length, 4);
  assert.match(
    cautions.join('\n'),
    /request would be [\s\S]*reply would be [\s\S]*time-out is 30 s[\s\S]*2,000 environments/,
  );
});

test('nothing and one item are plans too', () => {
  assert.match(planReport({ items: 0 }).text, /the root, 0 items/);
  const { text } = planReport({ items: 1 });
  assert.match(text, /the root, 1 item\n/);
  assert.match(text, /none between invocations/);
});

test('a caller outside is no invocation of the plan', () => {
  const { text, json } = planReport({ items: 100, root: 'caller' });
  assert.match(text, /the caller, 100 items/);
  assert.equal(json.plan.levels[0]?.invocations, 0);
});

test('every option of the command is one of the plan, with a default unless it may be left out', () => {
  const keys = planFlags.map(({ key }) => key);
  assert.deepEqual(new Set(keys), new Set([...Object.keys(planDefaults), 'threads', 'withinMs']));
  assert.equal(new Set(planFlags.map(({ name }) => name)).size, planFlags.length);
});

test('the page on choosing has the planner’s own figures', () => {
  const page = readFileSync(new URL('../../docs/choosing.md', import.meta.url), 'utf8');
  const { text } = planReport({ items: 1_000_000, slots: 1_000, maxWork: 100 });
  const [, seconds = '', dollars = '', invocations = ''] =
    /^cold +([\d.]+) s, \$([\d.]+), ([\d,]+) invocations/m.exec(text) ?? [];
  assert.ok(
    page.includes(`| ${invocations} invocations | ${Math.round(Number(seconds))} s | $${dollars} |`),
    text,
  );
});
