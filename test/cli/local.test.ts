import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { bridged, sqsEvent } from '../engine/events/support/events.ts';
import { startS3Loopback } from '../platform/storage/s3-loopback.ts';
import { droste, makeFolder, SAMPLES } from './support/droste.ts';
import { startLocal } from './support/local.ts';
import { canSeeProcesses, processesWith } from './support/processes.ts';

const lemon = pathToFileURL(join(SAMPLES, 'lemon.jpg')).href;

test('it serves POST /classify and the Invoke API until Ctrl-C, exits 0 and leaves no process', async (t) => {
  const folder = makeFolder(t);
  const { run, stderr, invoke, post } = await startLocal(t, { TMPDIR: folder });

  const { status, reply } = await post('/classify', lemon);
  assert.equal(status, 200);
  assert.match(JSON.stringify(reply), /"class":"white"/);

  const client = new LambdaClient({
    endpoint: invoke,
    region: 'us-east-1',
    credentials: { accessKeyId: 'x', secretAccessKey: 'x' },
  });
  const payload = JSON.stringify({ images: [lemon], options: { topK: 1 } });
  const answer = await client.send(new InvokeCommand({ FunctionName: 'classify:live', Payload: payload }));
  client.destroy();
  assert.match(answer.Payload?.transformToString() ?? '', /"summary":\{"items":1,"succeeded":1/);

  run.process.kill('SIGINT');
  assert.equal(await run.ended, 0);
  if (canSeeProcesses) assert.deepEqual(processesWith(folder), []);
  const reports = (await stderr).trimEnd().split('\n');
  assert.match(reports[0] ?? '', /^[0-9a-f-]{36} {2}classify:1 {2}ok {2}\d+ ms, cold start \d+ ms, \d+ MB$/);
  assert.match(reports[1] ?? '', /^[0-9a-f-]{36} {2}classify:1 {2}ok {2}\d+ ms, \d+ MB$/);
  assert.equal(reports[2], 'stopped');
});

test('what is no reference is refused with its place in the batch, and costs the others nothing', async (t) => {
  const { post } = await startLocal(t);
  const raised = await post('/classify', [lemon, 7]);
  assert.equal(raised.status, 400);
  assert.match(JSON.stringify(raised.reply), /images\[1\]: expected an image reference as text, received 7/);
  const images = [7, lemon, { picture: 'x' }];
  const collected = await post('/classify', { images, options: { onError: 'collect' } });
  assert.equal(collected.status, 200);
  const { results } = collected.reply as { results: readonly { error?: { name: string } }[] };
  assert.deepEqual(
    results.map(({ error }) => error?.name),
    ['InvalidRequestError', undefined, 'InvalidRequestError'],
  );
});

test('a picture as the body has its options in the URL, and one result as the answer', async (t) => {
  const { http, token } = await startLocal(t);
  const post = async (path: string) => {
    const response = await fetch(`${http}${path}`, {
      method: 'POST',
      headers: { 'content-type': 'image/jpeg', 'x-droste-token': token },
      body: readFileSync(fileURLToPath(lemon)),
    });
    return { status: response.status, reply: await response.json() };
  };
  const made = await post('/thumbnail?size=30&format=webp');
  assert.equal(made.status, 200);
  const { results } = made.reply as {
    results: { thumbnail: { uri: string; width: number; height: number } };
  };
  assert.match(results.thumbnail.uri, /^data:image\/webp;base64,/);
  assert.equal(Math.max(results.thumbnail.width, results.thumbnail.height), 30);
  const refused = await post('/thumbnail?size=huge');
  assert.equal(refused.status, 400);
  assert.match(JSON.stringify(refused.reply), /options\.size: .*expected number, received \\"huge\\"/);
});

const run = promisify(execFile);
const has = (command: string): Promise<boolean> =>
  run(command, ['--version']).then(
    () => true,
    () => false,
  );

test('the commands it prints to try answer for a sample picture', async (t) => {
  const { printed } = await startLocal(t);
  const commands = printed.replaceAll(/ \\\n +/g, ' ').match(/^ {2}(?:curl|echo) .*$/gm) ?? [];
  assert.equal(commands.length, 4);
  for (const command of commands) {
    const tool = command.includes('aws lambda') ? 'aws' : 'curl';
    if (!(await has(tool))) {
      t.diagnostic(`${tool} is not here: its command is not tried`);
      continue;
    }
    // into a pipe: `/dev/stdout` cannot be opened where it is a socket, as here
    const { stdout } = await run('/bin/sh', ['-c', `${command} | cat`]);
    assert.match(stdout, /"class":"white","confidence":0\.6/, command);
  }
});

test('a port that is taken is a usage error that says which option chooses another', async (t) => {
  const taken = createServer();
  await once(taken.listen(0, '127.0.0.1'), 'listening');
  t.after(() => taken.close());
  const { port } = taken.address() as { port: number };
  for (const option of ['--port', '--invoke-port']) {
    const other = option === '--port' ? '--invoke-port' : '--port';
    const { code, stdout, stderr } = await droste(['local', option, String(port), other, '0']);
    assert.equal(code, 2);
    assert.equal(stdout, '');
    assert.match(stderr, new RegExp(`^error: ${option}: expected a port that is free, received ${port}: `));
  }
});

test('an event of a queue is answered as its function answers it on AWS, with an inbox of the environment’s', async (t) => {
  const s3 = await startS3Loopback();
  t.after(() => s3.close());
  const body = readFileSync(join(SAMPLES, 'sunset.webp'));
  s3.objects.set('/photos/in/sunset.webp', { body, headers: {}, modifiedMs: 0 });
  const folder = makeFolder(t);
  const env = {
    INBOX: 's3://photos/in/',
    INBOX_RESULTS: pathToFileURL(folder).href,
    AWS_ENDPOINT_URL_S3: s3.endpoint,
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
    AWS_REGION: 'us-east-1',
    TMPDIR: makeFolder(t),
  };
  const { invoke } = await startLocal(t, env, 1, ['--s3']);
  const client = new LambdaClient({
    endpoint: invoke,
    region: 'us-east-1',
    credentials: { accessKeyId: 'x', secretAccessKey: 'x' },
  });
  t.after(() => client.destroy());
  const event = sqsEvent(bridged('in/sunset.webp'), bridged('in/gone.webp'));
  const command = new InvokeCommand({ FunctionName: 'classify:live', Payload: JSON.stringify(event) });
  const { Payload: reply } = await client.send(command);
  assert.deepEqual(JSON.parse(reply?.transformToString() ?? ''), {
    batchItemFailures: [{ itemIdentifier: 'm1' }],
  });
  const { results } = JSON.parse(readFileSync(join(folder, 'sunset.webp.classify.json'), 'utf8'));
  assert.equal(results.tags[0].class, 'orange');
});
