import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { ConfigurationError } from '../../platform/index.ts';
import type { Architecture } from './architecture.ts';
import { cacheFolder, moduleFolders } from './folders.ts';
import { type LockedPackage, lockedPackages } from './locked-package.ts';

/** The folder of a package by its name. */
export type PackagePlaces = (name: string) => string;

const run = promisify(execFile);

const versionIn = async (folder: string): Promise<unknown> => {
  try {
    return JSON.parse(await readFile(join(folder, 'package.json'), 'utf8')).version;
  } catch {
    return undefined;
  }
};

const hasAll = async (modules: string, packages: readonly LockedPackage[]): Promise<boolean> => {
  const versions = await Promise.all(packages.map(({ name }) => versionIn(join(modules, name))));
  return packages.every(({ version }, index) => versions[index] === version);
};

/** An npm project of nothing but these packages, locked to what the real project's lock file has. */
const miniatureProject = (packages: readonly LockedPackage[]) => {
  const dependencies = Object.fromEntries(packages.map(({ name, version }) => [name, version]));
  const entries = packages.map(({ name, version, integrity }) => [
    `node_modules/${name}`,
    { version, integrity },
  ]);
  const manifest = { name: 'natives', version: '0.0.0', private: true, dependencies };
  return {
    'package.json': JSON.stringify(manifest),
    'package-lock.json': JSON.stringify({
      ...manifest,
      lockfileVersion: 3,
      requires: true,
      packages: { '': manifest, ...Object.fromEntries(entries) },
    }),
  };
};

/** `npm ci` verifies every tarball by the lock's integrity, and takes it from npm's own cache where that has it. */
const install = async (
  folder: string,
  packages: readonly LockedPackage[],
  architecture: Architecture,
): Promise<void> => {
  await mkdir(folder, { recursive: true });
  const files = Object.entries(miniatureProject(packages));
  await Promise.all(files.map(([name, text]) => writeFile(join(folder, name), text)));
  const flags = ['--ignore-scripts', '--prefer-offline', '--no-audit', '--no-fund', '--loglevel=error'];
  const target = ['--os=linux', `--cpu=${architecture}`, '--libc=glibc'];
  try {
    // npm is a script on Windows, which only a shell starts
    const shell = process.platform === 'win32';
    await run('npm', ['ci', '--prefix', folder, ...flags, ...target], { cwd: folder, shell });
  } catch (cause) {
    const said = cause instanceof Error && 'stderr' in cause ? String(cause.stderr).trim() : String(cause);
    const names = packages.map(({ name, version }) => `${name}@${version}`).join(', ');
    throw new ConfigurationError(
      `Expected ${names} from npm, for linux/${architecture}, received: ${said}. They are no part of this machine's ` +
        `own installation: bundle once with the registry in reach, or for this machine's architecture.`,
      { cause },
    );
  }
};

const fetchTo = async (
  place: string,
  packages: readonly LockedPackage[],
  architecture: Architecture,
): Promise<string> => {
  const modules = join(place, 'node_modules');
  if (await hasAll(modules, packages)) return modules;
  const temporary = `${place}.${process.pid}`;
  try {
    await install(temporary, packages, architecture);
    await rename(temporary, place).catch(async (failure: unknown) => {
      // another process was faster, and put the same there
      if (!(await hasAll(modules, packages))) throw failure;
    });
    return modules;
  } finally {
    await rm(temporary, { recursive: true, force: true });
  }
};

/** What is being fetched, by its place: functions are bundled at once, and most need the same packages. */
const underWay = new Map<string, Promise<string>>();

/** Fetches packages to the cache, in one step: what is there is whole. */
const fetchPackages = (
  root: string,
  packages: readonly LockedPackage[],
  architecture: Architecture,
): Promise<string> => {
  const key = createHash('sha256')
    .update(JSON.stringify([architecture, packages]))
    .digest('hex')
    .slice(0, 16);
  const place = join(cacheFolder(root), 'natives', key);
  const fetching =
    underWay.get(place) ?? fetchTo(place, packages, architecture).finally(() => underWay.delete(place));
  underWay.set(place, fetching);
  return fetching;
};

/**
 * Where the packages of a platform are on this disk. npm installs the optional packages of the machine's own platform
 * only; those of another come by `npm ci` into `node_modules/.cache/droste`, in the versions and with the integrity
 * of the project's lock file. So what is bundled is decided by the lock file alone.
 *
 * @throws ConfigurationError when the lock file lacks one, or npm cannot get it
 */
export const platformPackages = async (
  root: string,
  names: readonly string[],
  architecture: Architecture,
): Promise<PackagePlaces> => {
  const locked = await lockedPackages(root, names);
  const places = new Map<string, string>();
  for (const one of locked) {
    for (const modules of moduleFolders(root)) {
      if (!places.has(one.name) && (await hasAll(modules, [one]))) places.set(one.name, modules);
    }
  }
  const missing = locked.filter(({ name }) => !places.has(name));
  const fetched = missing.length === 0 ? '' : await fetchPackages(root, missing, architecture);
  return (name) => join(places.get(name) ?? fetched, name);
};
