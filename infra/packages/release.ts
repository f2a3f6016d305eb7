/** `npm run release`: everything that a release is but the upload. It fails where something was forgotten. */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { publishedPackages } from './packages.ts';
import { releaseFaults } from './release-faults.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
const read = (name: string) => readFileSync(join(root, name), 'utf8');
const linesOf = (...args: readonly string[]) =>
  execFileSync('git', args, { cwd: root, encoding: 'utf8' }).split('\n').filter(Boolean);

const { version } = JSON.parse(read('package.json')) as { version: string };
const faults = releaseFaults({
  version,
  changelog: read('CHANGELOG.md'),
  tags: linesOf('tag', '--list'),
  uncommitted: linesOf('status', '--porcelain').map((line) => line.slice(3)),
});
if (faults.length > 0) {
  process.stderr.write(`${faults.join('\n')}\n`);
  process.exit(1);
}

// npm is a script on Windows, which only a shell starts
const npm = (args: readonly string[], cwd: string) =>
  execFileSync('npm', args, { cwd, stdio: 'inherit', shell: process.platform === 'win32' });
npm(['run', 'test:packages'], root);
for (const { name } of publishedPackages) {
  npm(['publish', '--dry-run', '--access', 'public'], join(root, 'dist', 'packages', name));
}
process.stdout.write(
  `\nReady. What is left, in this order: git tag v${version}, then npm publish in dist/packages/droste, then in dist/packages/droste-pictures.\n`,
);
