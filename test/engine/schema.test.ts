import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { StandardSchemaV1 } from '@standard-schema/spec';
import * as z from 'zod';
import * as z3 from 'zod/v3';
import { ConfigurationError, each, recursive } from '../../engine/index.ts';

const context = { awsRequestId: 'r', functionVersion: '1', getRemainingTimeInMillis: () => 60_000 };

/** A schema of no library. */
const schemaOf = <Value>(
  validate: StandardSchemaV1.Props<unknown, Value>['validate'],
): StandardSchemaV1<unknown, Value> => ({ '~standard': { version: 1, vendor: 'hand', validate } });

const even = schemaOf((value) =>
  typeof value === 'number' && value % 2 === 0
    ? { value }
    : { issues: [{ message: 'expected an even number', path: ['at', { key: 0 }] }] },
);

for (const [library, number] of [
  ['Zod 4', z.number().default(1)],
  ['Zod 3', z3.number().default(1)],
] as const) {
  test(`a schema of ${library} reads items and options, with its defaults`, async () => {
    const handler = recursive(
      each((n, { options }) => n * options.factor),
      { item: number, options: { factor: number } },
    );
    assert.deepEqual(await handler([2, 3], context), [
      { item: 2, results: 2 },
      { item: 3, results: 3 },
    ]);
    const { results } = (await handler({ items: [2], options: { factor: 5 } }, context)) as {
      results: unknown;
    };
    assert.deepEqual(results, [{ item: 2, results: 10 }]);
    await assert.rejects(
      handler({ items: [2], options: { factor: 'x' } }, context),
      /^InvalidRequestError: options\.factor: .*received "x"$/,
    );
  });
}

test('a schema of no library says what it expects, and where inside', async () => {
  const handler = recursive(
    each((n) => n),
    { item: even, options: { step: even } },
  );
  await assert.rejects(handler({ items: [1], options: { step: 2 } }, context), {
    name: 'InvalidRequestError',
    message: 'items[0]: at.0: expected an even number, received 1',
  });
  await assert.rejects(handler({ items: [2], options: {} }, context), {
    message: 'options.step: at.0: expected an even number, received nothing',
  });
});

test('an option that has to be given is missed in every form of request', async () => {
  const handler = recursive(
    each((n: number) => n),
    { options: { step: even } },
  );
  for (const request of [2, [2], { item: 2 }, { items: [2] }, { manifest: 's3://b/k' }]) {
    await assert.rejects(
      handler(request, context),
      /^InvalidRequestError: options\.step: .*received nothing$/,
    );
  }
});

test('an option that is named like a method of objects is unknown', async () => {
  const handler = recursive(each((n: number) => n));
  await assert.rejects(handler({ items: [1], options: { toString: 1 } }, context), /unknown toString/);
});

test('a schema that answers later is refused by its library', async () => {
  const later = schemaOf(async (value) => ({ value }));
  const handler = recursive(
    each((n) => n),
    { item: later },
  );
  await assert.rejects(handler([1], context), {
    name: 'ConfigurationError',
    message: /answers at once, received one of hand/,
  });
});

test('what is no schema is refused before any request, by name', () => {
  const none = 'number' as unknown as StandardSchemaV1<unknown, number>;
  const work = each((n: number) => n);
  assert.throws(() => recursive(work, { item: none }), ConfigurationError);
  assert.throws(
    () => recursive(work, { options: { factor: none } }),
    /^ConfigurationError: options\.factor: /,
  );
  const whole = z.object({ factor: z.number() }) as unknown as { factor: typeof none };
  assert.throws(() => recursive(work, { options: whole }), /a schema for each option by its name/);
});
