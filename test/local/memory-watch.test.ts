import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';
import { residentBytes } from '../../local/memory-watch.ts';

const MIB = 1024 * 1024;

/** Above the largest process id of any system in use: there is no such process. */
const NOBODY = 2 ** 30;

for (const platform of ['linux', 'darwin'] as const) {
  const missing = platform === 'linux' ? process.platform !== 'linux' : spawnSync('ps').error !== undefined;
  test(`memory is read as on ${platform}`, { skip: missing && `no such source here` }, () => {
    const bytes = residentBytes(process.pid, platform);
    assert.ok(bytes > 10 * MIB && bytes < 10_000 * MIB, `${bytes}`);
    assert.equal(residentBytes(NOBODY, platform), 0);
  });
}
