import assert from 'node:assert/strict';
import { test } from 'node:test';
import { handlerUrl, startTestHost } from './support/local.ts';

const LOG = { name: 'log', module: handlerUrl('log.ts') };

test('every line of a process is told, with its stream and its invocation, before the invocation ends', async (t) => {
  const host = await startTestHost(t, [LOG], 1);
  for (let round = 0; round < 3; round += 1) {
    const Payload = JSON.stringify({ out: ['one', 'two €'], err: [`round ${round}`] });
    const { requestId } = await host.send({ Payload });
    const end = host.events.findIndex(
      (event) => event.kind === 'invocation ended' && event.requestId === requestId,
    );
    const lines = host.events
      .slice(0, end)
      .filter((event) => event.kind === 'log' && event.requestId === requestId)
      .map((event) => event.kind === 'log' && `${event.stream}: ${event.line}`);
    const expected = [`stderr: round ${round}`, 'stdout: no newline', 'stdout: one', 'stdout: two €'];
    if (round === 0) expected.push('stdout: while starting');
    assert.deepEqual(lines.sort(), expected.sort());
  }
});

test('the tail is the log as Lambda frames it, and only when asked for', async (t) => {
  const host = await startTestHost(t, [LOG], 1);
  const { logResult, requestId: id } = await host.send({ LogType: 'Tail', Payload: '{"out":["hello"]}' });
  const lines = (logResult ?? '').split('\n');
  assert.equal(lines[0], `START RequestId: ${id} Version: $LATEST`);
  assert.deepEqual(lines.slice(1, 4), ['while starting', 'hello', 'no newline']);
  assert.equal(lines[4], `END RequestId: ${id}`);
  assert.match(
    lines[5] ?? '',
    new RegExp(
      `^REPORT RequestId: ${id}\tDuration: [\\d.]+ ms\tBilled Duration: \\d+ ms\tMemory Size: 1769 MB\tMax Memory Used: \\d+ MB\tInit Duration: [\\d.]+ ms\t$`,
    ),
  );
  assert.equal((await host.send({ Payload: '{}' })).logResult, undefined);
});

test('the tail is never more than 4 KB, and is the end', async (t) => {
  const host = await startTestHost(t, [LOG], 1);
  const Payload = JSON.stringify({
    out: Array.from({ length: 100 }, (_, i) => `${i}${'€'.repeat(20)}`),
    repeat: 5,
  });
  const { logResult } = await host.send({ LogType: 'Tail', Payload });
  const bytes = Buffer.byteLength(logResult ?? '');
  assert.ok(bytes > 4090 && bytes <= 4096, `${bytes} bytes`);
  assert.doesNotMatch(logResult ?? '', /\ufffd/, 'no character is cut in two');
  assert.match(logResult ?? '', /99€{20}\nno newline\nEND RequestId: .*\nREPORT .*\n$/);
});
