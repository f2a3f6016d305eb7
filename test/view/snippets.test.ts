import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { describe, it } from 'node:test';
import type { LocalSetup, PagePicture, PageRequest } from '../../view/page.ts';
import { snippetsOf } from '../../view/snippets.ts';

const setup: LocalSetup = {
  kind: 'local',
  token: 't',
  models: ['basic-colours', 'squeezenet1.1'],
  samples: { folder: 'examples/pictures', names: ['a.jpg', 'b.jpg'] },
  shape: { maxWork: 2, parallel: 3, slots: 4 },
  concurrency: 4,
  invokeEndpoint: 'http://127.0.0.1:3001',
};
const request = (pictures: readonly PagePicture[], model = 'basic-colours'): PageRequest => ({
  ...{ pictures, model, maxWork: 2, parallel: 3, slots: 4, faults: [] },
});
const upload = (name: string): PagePicture => ({ kind: 'upload', id: 'x', name });

describe('the same run elsewhere', () => {
  it('is a command that names the folder of the samples, or each picture, and the model if it is another', () => {
    const samples = setup.samples.names.map((name) => ({ kind: 'sample' as const, name }));
    const rest = '--max-work 2 --parallel 3 --slots 4 --concurrency 4';
    assert.equal(snippetsOf(request(samples), setup, '').command, `npm start -- examples/pictures/ ${rest}`);
    assert.equal(
      snippetsOf(request([upload('my cat.jpg')], 'squeezenet1.1'), setup, '').command,
      `npm start -- 'my cat.jpg' --model squeezenet1.1 ${rest}`,
    );
  });

  it('is one word in a shell, whatever a picture is called', { skip: process.platform === 'win32' }, () => {
    const name = `a'; touch "$HOME" \`x\` $(y) \\.jpg`;
    const { command, curl } = snippetsOf(request([upload(name)]), setup, 'http://localhost:3000');
    const words = (text: string) =>
      execFileSync('/bin/sh', ['-c', `printf '%s\\0' ${text}`], { encoding: 'utf8' }).split('\0');
    assert.equal(words(command)[3], name);
    const body = words(curl).find((word) => word.startsWith('{')) ?? '';
    assert.deepEqual(JSON.parse(body).images, [`file:///path/to/${name}`]);
  });

  it('asks the function as the page does', () => {
    const { sdk } = snippetsOf(request([{ kind: 'link', url: 'https://x/y.jpg' }]), setup, '');
    assert.match(sdk, /endpoint: 'http:\/\/127\.0\.0\.1:3001'/);
    assert.match(sdk, /"maxWorkPerRequest": 2/);
    assert.match(sdk, /"https:\/\/x\/y\.jpg"/);
  });
});

it('of a deployed stack the same run is a command for its alias, and a request with a token', () => {
  const { models, samples, shape } = setup;
  const deployed = { kind: 'deployed', models, samples, shape, price: { ms: 0, invocation: 0 } } as const;
  const { command, curl, sdk } = snippetsOf(request([upload('a.jpg')]), deployed, 'https://api');
  assert.match(command, /droste -- classify a\.jpg --function "\$ALIAS_ARN" --max-work 2/);
  assert.match(curl, /^curl -s https:\/\/api\/classify -H "authorization: Bearer \$TOKEN"/);
  assert.match(curl, /s3:\/\/your-bucket\/a\.jpg/);
  assert.match(sdk, /FunctionName: process\.env\.ALIAS_ARN/);
});
