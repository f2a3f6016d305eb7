import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { test } from 'node:test';
import { stepFunctions } from '../../../functions/jobs/step-functions.ts';

test('Step Functions says whether an execution was started, or runs since before, or is over', async (t) => {
  const replies = [
    [200, { executionArn: 'x', startDate: Date.now() / 1_000 + 60 }],
    [200, { executionArn: 'x', startDate: Date.now() / 1_000 - 60 }],
    [400, { __type: 'ExecutionAlreadyExists', message: 'there was one' }],
    [400, { __type: 'InvalidName', message: 'no name' }],
  ] as const;
  let asked = 0;
  const server = createServer((request, response) => {
    const [status, body] = replies[asked++] ?? [500, {}];
    request.resume();
    response.writeHead(status, { 'content-type': 'application/x-amz-json-1.0' }).end(JSON.stringify(body));
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  t.after(() => server.close());
  const before = process.env;
  process.env = {
    ...before,
    ...{ AWS_ACCESS_KEY_ID: 'x', AWS_SECRET_ACCESS_KEY: 'x', AWS_REGION: 'eu-west-1' },
    AWS_ENDPOINT_URL_SFN: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
  };
  t.after(() => {
    process.env = before;
  });
  const start = stepFunctions('arn:aws:states:eu-west-1:123456789012:stateMachine:jobs');
  const input = { id: 'job-20260101T000000-00000000' };
  assert.equal(await start('a', input), 'started');
  assert.equal(await start('a', input), 'running');
  assert.equal(await start('a', input), 'ended');
  await assert.rejects(start('a', input), { name: 'InvalidName' });
});
