/** `npm run build:packages`: compiles the project and stages the packages that are published, in `dist/packages/`. */
import { execFile } from 'node:child_process';
import { rm } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { stagePackages } from './stage.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
const target = join(root, 'dist', 'packages');
const compiled = join(target, '.compiled');

await rm(target, { recursive: true, force: true });
const tsc = join(root, 'node_modules', 'typescript', 'bin', 'tsc');
await promisify(execFile)(process.execPath, [tsc, '-p', 'tsconfig.package.json', '--outDir', compiled], {
  cwd: root,
}).catch((failure: { stdout?: string }) => {
  process.stderr.write(failure.stdout ?? String(failure));
  process.exit(1);
});
for (const folder of await stagePackages(root, compiled, target)) {
  process.stdout.write(`${relative('.', folder)}\n`);
}
await rm(compiled, { recursive: true });
