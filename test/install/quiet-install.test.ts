import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { describe, test } from 'node:test';

const read = (path: string): Promise<string> => readFile(new URL(`../../${path}`, import.meta.url), 'utf8');

interface Locked {
  readonly hasInstallScript?: boolean;
  readonly integrity?: string;
  readonly version?: string;
  readonly engines?: Readonly<Record<string, string>>;
}

const lock = JSON.parse(await read('package-lock.json')) as { packages: Record<string, Locked> };
const manifest = JSON.parse(await read('package.json')) as {
  allowScripts: Record<string, boolean>;
  optionalDependencies: Record<string, string>;
};
const { '': root, ...packages } = lock.packages;

/** `node_modules/a/node_modules/@b/c` is of `@b/c`. */
const nameOf = (path: string): string => path.replace(/.*node_modules\//, '');

describe('a quiet install', () => {
  test("the lock file has no install script of ONNX Runtime, whose download npm 10 would run (a version bump restores the entry's hasInstallScript: take it out)", () => {
    assert.equal(packages['node_modules/onnxruntime-node']?.hasInstallScript, undefined);
  });

  test('every install script in the lock file is decided in allowScripts, and none is allowed', () => {
    const withScript = Object.entries(packages).filter(([, { hasInstallScript }]) => hasInstallScript);
    for (const [path] of withScript) assert.equal(manifest.allowScripts[nameOf(path)], false, path);
    assert.deepEqual(
      Object.entries(manifest.allowScripts).filter(([, allowed]) => allowed),
      [],
    );
  });

  test('no package asks for a newer Node than the one npm itself may run on: the installed one runs them (take the engines out of the entry)', () => {
    const asking = Object.entries(packages).filter(([, { engines }]) =>
      /^\s*>=\s*(2[1-9]|[3-9]\d)/.test(engines?.node ?? ''),
    );
    assert.deepEqual(
      asking.map(([path]) => path),
      [],
    );
    assert.equal(root?.engines?.node, '>=20');
  });

  test('.npmrc has only settings that npm knows', async () => {
    const settings = (await read('.npmrc')).split('\n').filter((line) => line && !line.startsWith(';'));
    assert.deepEqual(settings, ['save-exact=true', 'omit-lockfile-registry-resolved=true']);
  });

  test("Node's binaries are of one version, each with its digest in the lock file", () => {
    const versions = new Set(Object.values(manifest.optionalDependencies));
    assert.equal(versions.size, 1);
    for (const name of Object.keys(manifest.optionalDependencies)) {
      const locked = packages[`node_modules/${name}`];
      assert.match(locked?.integrity ?? '', /^sha512-/, name);
      assert.ok(versions.has(locked?.version ?? ''), name);
    }
  });
});
