import assert from 'node:assert/strict';
import { getEventListeners } from 'node:events';
import { suite, test } from 'node:test';
import { withTimeLimit } from '../../images/sources/time-limit.ts';

const never = new Promise<never>(() => {});
const late = (): Error => new Error('too late');
const anHourMs = 3_600_000;

suite('withTimeLimit', () => {
  test('gives what the work gives, and takes its listener away', async () => {
    const { signal } = new AbortController();
    assert.equal(await withTimeLimit(anHourMs, signal, late, async () => 'done'), 'done');
    assert.equal(getEventListeners(signal, 'abort').length, 0);
  });

  test('passes the error of the work on', async () => {
    const failing = withTimeLimit(anHourMs, undefined, late, () => Promise.reject(new Error('its own')));
    await assert.rejects(failing, { message: 'its own' });
  });

  test('ends work that does not listen, and tells it', async () => {
    let heard: AbortSignal | undefined;
    const limited = withTimeLimit(1, undefined, late, (signal) => {
      heard = signal;
      return never;
    });
    await assert.rejects(limited, { message: 'too late' });
    assert.equal(heard?.aborted, true);
  });

  test('ends at once when the outer signal is aborted, with its reason', async () => {
    const controller = new AbortController();
    const reason = new Error('the caller had enough');
    const limited = withTimeLimit(anHourMs, controller.signal, late, () => never);
    controller.abort(reason);
    await assert.rejects(limited, reason);
  });

  test('does not begin under an aborted signal', async () => {
    let began = false;
    const reason = new Error('before');
    const limited = withTimeLimit(anHourMs, AbortSignal.abort(reason), late, async () => {
      began = true;
    });
    await assert.rejects(limited, reason);
    assert.equal(began, false);
  });

  test('aborts what the work left behind', async () => {
    let left: AbortSignal | undefined;
    await withTimeLimit(anHourMs, undefined, late, async (signal) => {
      left = signal;
    });
    assert.equal(left?.aborted, true);
  });
});
