import assert from 'node:assert/strict';
import { test } from 'node:test';
import { echo } from './support/echo.ts';

const LENGTH = 2_000;

/** Numbers of which the client cannot know how many there are. */
const numbers = function* (length = LENGTH) {
  for (let n = 0; n < length; n++) yield n;
};

const collect = { onError: 'collect', windowItems: 100 } as const;

/** The one error of a map, and how many items it had sent by then. */
const failureOf = async (
  { map, sent }: ReturnType<typeof echo>,
  items: Iterable<number>,
  options: { toleratedFailureCount?: number; toleratedFailurePercentage?: number; minSuccessful?: number },
) => {
  const error = await map(items, { ...collect, ...options })
    .all()
    .then(
      () => undefined,
      (thrown: Error) => thrown,
    );
  return { error, sent: sent.length };
};

const oneInTen = () => echo({ isBad: (n) => Number(n) % 10 === 9 });

test('failures are counted over all windows: one more than is tolerated ends the map', async () => {
  const { error, sent } = await failureOf(oneInTen(), numbers(), { toleratedFailureCount: 35 });
  assert.equal(error?.name, 'FailureToleranceError');
  assert.equal(error.message, 'Expected at most 35 items to fail; 36 items have failed.');
  assert.ok(sent < 1_000, `${sent} items sent`);
  assert.equal((await failureOf(oneInTen(), numbers(), { toleratedFailureCount: 200 })).error, undefined);
});

test('a share is judged by the whole: on the way where the input says how long it is, and at its end otherwise', async () => {
  const share = { toleratedFailurePercentage: 9 };
  const known = await failureOf(oneInTen(), [...numbers()], share);
  assert.match(`${known.error?.message}`, /at most 9 % of the items to fail; 181 of 2000 items have failed/);
  const unknown = await failureOf(oneInTen(), numbers(), share);
  assert.match(
    `${unknown.error?.message}`,
    /at most 9 % of the items to fail; (18[1-9]|19\d|200) of 2000 items have failed/,
  );
  assert.ok(unknown.sent > known.sent - 200, `${unknown.sent} items sent`);
  const enough = { toleratedFailurePercentage: 10 };
  assert.equal((await failureOf(oneInTen(), numbers(), enough)).error, undefined);
  assert.equal((await failureOf(oneInTen(), [...numbers()], enough)).error, undefined);
});

test('enough successes end the map: what was read has its outcome, and nothing more is read', async () => {
  const { map, sent } = oneInTen();
  let closed = false;
  const endless = (function* () {
    try {
      for (let n = 0; ; n++) yield n;
    } finally {
      closed = true;
    }
  })();
  const settled = await map(endless, { ...collect, minSuccessful: 450 }).all();
  const succeeded = settled.filter((one) => 'results' in one).length;
  assert.ok(succeeded >= 450, `${succeeded} succeeded`);
  assert.ok(closed && sent.length < 1_200, `${sent.length} items sent`);
  assert.deepEqual(
    settled.map(({ item }) => item),
    [...numbers(settled.length)],
  );
  const names = new Set(settled.flatMap((one) => ('error' in one ? [one.error.name] : [])));
  assert.deepEqual(
    [...names].filter((name) => !['TypeError', 'AbortError'].includes(name)),
    [],
  );
});

test('that fewer can succeed than are wanted ends the map as soon as that is sure', async () => {
  const known = await failureOf(oneInTen(), [...numbers()], { minSuccessful: 1_990 });
  assert.match(`${known.error?.message}`, /at least 1990 items to succeed; 11 of 2000 items have failed/);
  assert.ok(known.sent < 1_000, `${known.sent} items sent`);
  const unknown = await failureOf(oneInTen(), numbers(), { minSuccessful: 1_990 });
  assert.equal(unknown.error?.name, 'FailureToleranceError');
});

test('a tolerance that is none, or beside raise, is refused by name', () => {
  const { map } = echo();
  for (const [options, message] of [
    [{ ...collect, toleratedFailureCount: -1 }, /toleratedFailureCount/],
    [{ ...collect, toleratedFailurePercentage: Number.NaN }, /toleratedFailurePercentage/],
    [{ ...collect, minSuccessful: 0.5 }, /minSuccessful/],
    [{ toleratedFailureCount: 1 }, /expected "collect" beside toleratedFailureCount/],
  ] as const) {
    assert.throws(() => map([1], options as unknown as typeof collect), {
      name: 'InvalidRequestError',
      message,
    });
  }
});
