import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { Bucket } from 'aws-cdk-lib/aws-s3';
import { Inbox, SelfRecursiveFunction } from '../../infra/constructs/index.ts';
import { bridged, sqsEvent } from '../engine/events/support/events.ts';
import { newApp } from './support/new-app.ts';
import { templateOf } from './support/template.ts';

const page = readFileSync(new URL('../../docs/what-starts-it.md', import.meta.url), 'utf8');

const blocks = (language: string): readonly string[] =>
  [...page.matchAll(new RegExp(`^\`\`\`${language}\n(.*?)^\`\`\``, 'gms'))].map(([, text = '']) => text);

test('the deploy of the documentation has both functions work on what lands', () => {
  const [command = ''] = blocks('sh').filter((text) => text.includes('deploy'));
  const context = Object.fromEntries(
    [...command.matchAll(/-c (\w+)=('[^']*'|\S+)/g)].map(([, name = '', value = '']) => [
      name,
      value.replace(/^'(.*)'$/, '$1'),
    ]),
  );
  const { template } = templateOf(context);
  template.resourceCountIs('AWS::Lambda::EventSourceMapping', 2);
  template.hasResourceProperties('AWS::Lambda::Function', {
    Environment: {
      Variables: Match.objectLike({ INBOX: 's3://my-pictures/in/', INBOX_OPTIONS: '{"size":256}' }),
    },
  });
});

test('a function of one’s own answers events as the documentation has it, and its stack is as short', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'droste-inbox-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const [hash = '', inStack = ''] = blocks('ts');
  const entry = join(folder, 'hash.ts');
  const engine = new URL('../../engine/public.ts', import.meta.url).href;
  writeFileSync(entry, hash.replace("from 'droste'", `from '${engine}'`));
  Object.assign(process.env, { INBOX: 's3://photos/in/', INBOX_RESULTS: `file://${folder}/out/` });
  const { handler } = await import(entry);
  const context = { awsRequestId: 'r', functionVersion: '1', getRemainingTimeInMillis: () => 60_000 };
  assert.deepEqual(await handler(sqsEvent(bridged('in/a.jpg')), context), { batchItemFailures: [] });
  const written = JSON.parse(readFileSync(join(folder, 'out', 'a.jpg.hash.json'), 'utf8'));
  assert.equal(written.results, 's3://photos/in/a.jpg'.length);

  // what is bundled has to be in the project
  const bundled = fileURLToPath(new URL('./handlers/upper-case.ts', import.meta.url));
  const stack = new Stack(newApp({ context: { 'aws:cdk:bundling-stacks': [] } }), 'Test');
  const build = new Function('SelfRecursiveFunction', 'Inbox', 'bucket', inStack.replace('hash.ts', bundled));
  build.call(stack, SelfRecursiveFunction, Inbox, new Bucket(stack, 'Photos'));
  Template.fromStack(stack).hasResourceProperties('AWS::Lambda::Function', {
    Environment: {
      Variables: Match.objectLike({ INBOX: Match.anyValue(), INBOX_RESULTS: Match.anyValue() }),
    },
  });
});
