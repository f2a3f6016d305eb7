import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import {
  comparePaths,
  confusionOf,
  headline,
  rowsOf,
  slotsInUse,
  tally,
  without,
} from '../../view/figures.ts';
import { filtered, noFilter } from '../../view/filter.ts';
import { invocation, item, run } from './support/runs.ts';

describe('rows of the tree in time', () => {
  it('are one for each environment in the order of first use, and what no environment answered comes last', () => {
    const rows = rowsOf(
      [
        invocation('0.1', { environment: '', outcome: 'throttled', span: [0, 1] }),
        invocation('0.2', { environment: 'b', span: [20, 30] }),
        invocation('0', { environment: 'a', span: [5, 90] }),
        invocation('0.3', { environment: 'b', span: [40, 50] }),
      ],
      'environment',
    );
    assert.deepEqual(
      rows.map(({ name, invocations }) => [name, invocations.map(({ path }) => path)]),
      [
        ['a', ['0']],
        ['b', ['0.2', '0.3']],
        ['', ['0.1']],
      ],
    );
  });

  it('by path put a parent above its children, and the tenth child after the second', () => {
    const rows = rowsOf(
      ['0.10', '0.2.1', '0', '0.2'].map((path) => invocation(path)),
      'path',
    );
    assert.deepEqual(
      rows.map(({ name }) => name),
      ['0', '0.2', '0.2.1', '0.10'],
    );
  });

  it('are ordered the same way round whichever two are compared', () => {
    const paths = fc.array(fc.nat(12), { maxLength: 5 }).map((places) => ['0', ...places].join('.'));
    fc.assert(
      fc.property(paths, paths, (a, b) => {
        assert.equal(Math.sign(comparePaths(a, b)), -Math.sign(comparePaths(b, a)) + 0);
      }),
    );
  });
});

describe('slots in use', () => {
  it('count what runs at each instant, and what was throttled not at all', () => {
    const steps = slotsInUse(
      [
        invocation('0', { span: [0, 100] }),
        invocation('0.0', { span: [10, 60] }),
        invocation('0.1', { span: [10, 20], outcome: 'throttled' }),
      ],
      100,
    );
    assert.deepEqual(steps, { atMs: [0, 10, 60, 100], slots: [1, 2, 1, 0] });
  });

  it('end at none, and never go below', () => {
    const spans = fc.array(fc.tuple(fc.nat(1000), fc.nat(1000)).map(([a, b]) => [a, a + b + 1] as const));
    fc.assert(
      fc.property(spans, (given) => {
        const { slots } = slotsInUse(
          given.map((span, at) => invocation(`0.${at}`, { span })),
          3000,
        );
        assert.equal(slots.at(-1), 0);
        assert.ok(slots.every((inUse) => inUse >= 0 && inUse <= given.length));
      }),
    );
  });
});

it('waiting is what own work leaves of a span', () => {
  assert.deepEqual(
    without(
      [0, 100],
      [
        [20, 30],
        [25, 40],
      ],
    ),
    [
      [0, 20],
      [40, 100],
    ],
  );
  assert.deepEqual(without([0, 10], [[0, 10]]), []);
});

it('the head counts failures, cold starts that ran, and the most slots at once', () => {
  const figures = headline(
    run(
      [invocation('0', { cold: true }), invocation('0.0', { cold: true, outcome: 'refused' })],
      [item('a', 'x', 1), { name: 'b', answers: [], error: { name: 'ImageDecodeError', message: 'no' } }],
    ),
  );
  assert.deepEqual(figures, { pictures: 2, failed: 1, perSecond: 2, coldStarts: 1, peakSlots: 1 });
});

it('the head says of a price whether it lacks the cold starts that there were', () => {
  const cost = { usd: 0.01, about: 'cost on AWS' };
  const named = (cold: boolean, withColdStarts: boolean) =>
    headline({ ...run([invocation('0', { cold })]), cost: { ...cost, withColdStarts } }).cost?.name;
  assert.equal(named(true, false), 'cost on AWS, without cold starts');
  assert.equal(named(true, true), 'cost on AWS');
  assert.equal(named(false, false), 'cost on AWS');
});

describe('against the truth', () => {
  it('nothing is said where no truth is known', () =>
    assert.equal(confusionOf([item('a', 'x', 1)]), undefined));

  it('is nothing where answers are no tags: thumbnails are neither right nor wrong', () =>
    assert.equal(confusionOf([{ name: 'a', answers: [], truth: 'x' }]), undefined));

  it('tells right from wrong, and the most confident mistake first', () => {
    const confusion = confusionOf([
      item('a', 'cat', 0.9, { truth: 'cat' }),
      item('b', 'dog', 0.6, { truth: 'cat' }),
      item('c', 'cow', 0.8, { truth: 'cat' }),
      item('d', 'Dog', 0.5, { truth: 'dog' }),
    ]);
    assert.equal(confusion?.known, 4);
    assert.equal(confusion?.right, 2);
    assert.deepEqual(
      confusion?.mistakes.map(({ name }) => name),
      ['c', 'b'],
    );
    const at = (name: string) => confusion?.classes.indexOf(name) ?? -1;
    assert.equal(confusion?.matrix[at('cat')]?.[at('cow')], 1);
    assert.equal(confusion?.matrix[at('cat')]?.[at('cat')], 1);
  });

  it('takes a class in another case, or with underscores as folders have them, for the same', () => {
    const confusion = confusionOf([
      item('a', 'electric ray', 0.9, { truth: 'electric_ray' }),
      item('b', 'electric ray', 0.8, { truth: ' Electric_Ray' }),
      item('c', 'tench', 0.7, { truth: 'ELECTRIC RAY' }),
      item('d', 'Electric ray', 0.6, { truth: 'tench' }),
    ]);
    assert.equal(confusion?.right, 2);
    assert.equal(confusion?.amongTags, 2);
    assert.deepEqual(confusion?.classes.toSorted(), ['Electric ray', 'tench']);
    const ray = confusion?.classes.indexOf('Electric ray') ?? -1;
    assert.equal(confusion?.matrix[ray]?.[ray], 2);
    assert.deepEqual(
      confusion?.mistakes.map(({ name }) => name),
      ['c', 'd'],
    );
  });
});

describe('the confused classes', () => {
  const wrong = (truth: string, given: string) => item(`${truth}-${given}`, given, 0.5, { truth });

  it('are those that were confused more than once, in pairs, where there are too many for a matrix', () => {
    const once = Array.from({ length: 40 }, (_, at) => wrong(`a${at}`, `b${at}`));
    assert.deepEqual(confusionOf(once)?.classes, []);
    const twice = [wrong('cat', 'lynx'), wrong('cat', 'lynx'), ...once];
    assert.deepEqual(confusionOf(twice)?.classes, ['cat', 'lynx']);
    assert.deepEqual(confusionOf(twice)?.matrix, [
      [0, 2],
      [0, 0],
    ]);
  });
});

describe('the gallery', () => {
  const failure = { name: 'bad.jpg', answers: [], error: { name: 'ImageDecodeError', message: 'no' } };
  const items = [item('b.jpg', 'cat', 0.4), item('A.jpg', 'dog', 0.9, { paths: ['0.1'] }), failure];
  const names = (filter: Partial<typeof noFilter>) =>
    filtered(items, { ...noFilter, ...filter }).map(({ name }) => name);

  it('shows failures first', () => assert.deepEqual(names({}), ['bad.jpg', 'b.jpg', 'A.jpg']));
  it('finds by part of a name, in any case', () => assert.deepEqual(names({ text: 'a.J' }), ['A.jpg']));
  it('filters by tag, by confidence, by error and by invocation', () => {
    assert.deepEqual(names({ tag: 'cat' }), ['b.jpg']);
    assert.deepEqual(names({ minConfidence: 0.5 }), ['A.jpg']);
    assert.deepEqual(names({ error: 'ImageDecodeError' }), ['bad.jpg']);
    assert.deepEqual(names({ path: '0.1' }), ['A.jpg']);
  });
  it('sorts by name, by confidence, or not at all', () => {
    assert.deepEqual(names({ sort: 'name' }), ['A.jpg', 'b.jpg', 'bad.jpg']);
    assert.deepEqual(names({ sort: 'confident' }), ['A.jpg', 'b.jpg', 'bad.jpg']);
    assert.deepEqual(names({ sort: 'doubtful' }), ['b.jpg', 'A.jpg', 'bad.jpg']);
    assert.deepEqual(names({ sort: 'batch' }), ['b.jpg', 'A.jpg', 'bad.jpg']);
  });
  it('offers the most frequent tag first', () =>
    assert.deepEqual(tally(['x', 'y', 'y']), [
      ['y', 2],
      ['x', 1],
    ]));
});
