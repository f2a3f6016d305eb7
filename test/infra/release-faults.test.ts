import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type ReleaseState, releaseFaults } from '../../infra/packages/release-faults.ts';

const ready: ReleaseState = {
  version: '1.2.0',
  changelog:
    '# Changelog\n\n## Unreleased\n\n## 1.2.0, 2026-11-30\n\n### Added\n\n- A thing.\n\n## 1.1.0\n\n- Older.\n',
  tags: ['v1.1.0'],
  uncommitted: [],
};

test('a release with a new version and entries of its own may go ahead', () => {
  assert.deepEqual(releaseFaults(ready), []);
});

for (const [forgotten, state, fault] of [
  ['the version', { tags: ['v1.1.0', 'v1.2.0'] }, /not released, received 1\.2\.0/],
  ['the heading', { version: '1.2.1' }, /a heading "## 1\.2\.1", received none/],
  ['a heading that only begins alike', { version: '1.2' }, /a heading "## 1\.2", received none/],
  [
    'the entries',
    { changelog: '## 1.2.0\n\n### Added\n\n## 1.1.0\n\n- Older.\n' },
    /entries under "## 1\.2\.0"/,
  ],
  [
    'to move the entries',
    { changelog: `## Unreleased\n\n- New.\n\n${ready.changelog}` },
    /nothing under "## Unreleased", received 1/,
  ],
  ['to commit', { uncommitted: ['a.ts'] }, /committed, received a\.ts/],
] as const) {
  test(`a release that forgot ${forgotten} is stopped`, () => {
    const faults = releaseFaults({ ...ready, ...state });
    assert.equal(faults.length, 1);
    assert.match(faults[0] ?? '', fault);
  });
}
