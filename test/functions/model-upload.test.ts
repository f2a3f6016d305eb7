import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { type TestContext, test } from 'node:test';
import {
  answerCloudFormation,
  type CustomResourceEvent,
} from '../../functions/model-upload/custom-resource.ts';

const startServer = async (t: TestContext, status = 200) => {
  const answers: { contentType: string | undefined; body: Record<string, string> }[] = [];
  const server = createServer(async (request, response) => {
    const body = JSON.parse(await text(request));
    answers.push({ contentType: request.headers['content-type'], body });
    response.writeHead(status).end();
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  t.after(() => server.close().closeAllConnections());
  const { port } = server.address() as AddressInfo;
  const event: CustomResourceEvent = {
    RequestType: 'Create',
    RequestId: 'request',
    StackId: 'stack',
    LogicalResourceId: 'logical',
    ResponseURL: `http://127.0.0.1:${port}/answer`,
    ResourceProperties: {},
  };
  return { answers, event };
};

test('CloudFormation is told of success, with the physical id', async (t) => {
  const { answers, event } = await startServer(t);
  await answerCloudFormation(event, async () => 'bucket/prefix');
  assert.deepEqual(answers, [
    {
      contentType: '',
      body: {
        RequestId: 'request',
        StackId: 'stack',
        LogicalResourceId: 'logical',
        Status: 'SUCCESS',
        PhysicalResourceId: 'bucket/prefix',
      },
    },
  ]);
});

test('a failure is told with its reason, shortened, and keeps the id of what is there', async (t) => {
  t.mock.method(console, 'error', () => {});
  const { answers, event } = await startServer(t);
  await answerCloudFormation({ ...event, RequestType: 'Update', PhysicalResourceId: 'old' }, async () => {
    throw new Error(`AccessDenied ${'x'.repeat(10_000)}`);
  });
  const body = answers[0]?.body;
  assert.equal(body?.Status, 'FAILED');
  assert.equal(body?.PhysicalResourceId, 'old');
  assert.match(body?.Reason ?? '', /^Error: AccessDenied x/);
  assert.ok(JSON.stringify(body).length < 4_096);
});

test('an answer CloudFormation does not take is an error', async (t) => {
  t.mock.method(console, 'error', () => {});
  const { event } = await startServer(t, 403);
  await assert.rejects(
    answerCloudFormation(event, async () => 'id'),
    /Expected CloudFormation to take the answer, received 403/,
  );
});
