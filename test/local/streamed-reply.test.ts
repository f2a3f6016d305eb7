import assert from 'node:assert/strict';
import { Socket } from 'node:net';
import { test } from 'node:test';
import { openBody } from '../../local/streamed-reply.ts';

test('nobody waits for a reader who goes away without having read', async () => {
  const socket = new Socket();
  const body = openBody(socket);
  let written = 0;
  const write = async () => {
    await body.write(Buffer.alloc(body.stream.readableHighWaterMark));
    written += 1;
  };
  const writing = [write(), write()];
  await new Promise((resolve) => setImmediate(resolve));
  assert.ok(written < 2);
  socket.destroy();
  await Promise.all(writing);
  assert.ok(body.gone.aborted);
  await write();
});
