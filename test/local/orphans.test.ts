import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { buildGate } from './support/gate.ts';

const HOST = fileURLToPath(new URL('./support/host-process.ts', import.meta.url));

for (const signal of ['SIGKILL', 'SIGTERM'] as const) {
  test(`when the host dies of ${signal}, no environment outlives it, not even one in an endless loop`, async (t) => {
    const gate = await buildGate();
    t.after(gate.close);
    const host = spawn(process.execPath, [HOST], { stdio: ['ignore', 'pipe', 'inherit'] });
    const [endpoint] = await once(createInterface(host.stdout), 'line');
    for (const spin of [false, true]) {
      const body = JSON.stringify({ port: gate.port, spin });
      const url = `${endpoint}/2015-03-31/functions/wait/invocations`;
      const headers = { 'content-type': 'application/json' };
      void fetch(url, { method: 'POST', headers, body }).catch(() => {});
    }
    const arrivals = [await gate.arrival(), await gate.arrival()];
    const gone = Promise.all(arrivals.map(({ socket }) => once(socket, 'close')));
    host.kill(signal);
    await once(host, 'exit');
    // a socket closes when the last process that holds it is gone
    await gone;
    assert.notEqual(arrivals[0]?.said, arrivals[1]?.said);
  });
}
