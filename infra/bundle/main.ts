/** `npm run bundle -- [--arch arm64|x64] [function…]`: bundles the functions and says what is in them. */
import { relative } from 'node:path';
import { parseArgs } from 'node:util';
import { DrosteError } from '../../platform/index.ts';
import { architectures, defaultArchitecture } from './architecture.ts';
import { bundledNames, bundleFunction } from './bundle.ts';
import { tableOf } from './table.ts';

const one = <T extends string>(what: string, known: readonly T[], given: string): T => {
  const found = known.find((name) => name === given);
  if (found !== undefined) return found;
  process.stderr.write(`Expected ${what} to be one of ${known.join(', ')}, received ${given}\n`);
  process.exit(2);
};

const { values, positionals } = parseArgs({
  options: { arch: { type: 'string', default: defaultArchitecture } },
  allowPositionals: true,
});
const architecture = one('--arch', architectures, values.arch);
const names =
  positionals.length === 0 ? bundledNames : positionals.map((name) => one('a function', bundledNames, name));

try {
  for (const name of names) {
    const bundle = await bundleFunction(name, { architecture });
    process.stdout.write(
      `${relative('.', bundle.directory)} (linux/${architecture})\n${tableOf(bundle)}sha256 ${bundle.sha256}\n`,
    );
  }
} catch (error) {
  if (!(error instanceof DrosteError)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
}
