import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, readdir, realpath, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

/** The project's folder. */
export const root = fileURLToPath(new URL('../../../', import.meta.url));

const fixtures = fileURLToPath(new URL('../fixtures', import.meta.url));
const toolboxFiles = fileURLToPath(new URL('../toolbox', import.meta.url));

/** What is published. */
export const packageNames = ['droste', 'droste-pictures'] as const;

/** What the project, the test runner and the npm that runs this put into the environment; and AWS's, for safety. */
const OURS =
  /^(AWS_|NODE_(OPTIONS|TEST_CONTEXT|V8_COVERAGE)|INIT_CWD|npm_(package|lifecycle|command|node|execpath|config_(local|global)_?prefix))/;

/** A stranger's environment: the machine's, without what is ours. */
const strangersEnv = (): NodeJS.ProcessEnv => ({
  ...Object.fromEntries(Object.entries(process.env).filter(([name]) => !OURS.test(name))),
  PATH: process.env.PATH?.split(delimiter)
    .filter((folder) => !folder.includes('node_modules'))
    .join(delimiter),
  // ONNX Runtime's install script would download CUDA libraries
  ONNXRUNTIME_NODE_INSTALL: 'skip',
});

export interface Ran {
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a program to its end. @throws Error with all that it printed, where it fails */
export const run = async (
  program: string,
  args: readonly string[],
  cwd: string,
  env: NodeJS.ProcessEnv = {},
): Promise<Ran> => {
  const options = { cwd, env: { ...strangersEnv(), ...env }, maxBuffer: 64 * 1024 * 1024 };
  return promisify(execFile)(program, args, options).catch((failure: Ran & Error) => {
    throw new Error(`${program} ${args.join(' ')}\n${failure.stdout}${failure.stderr}`, { cause: failure });
  });
};

/** npm, without what only costs time. Packages that were fetched before come from its cache. */
export const npm = (args: readonly string[], cwd: string): Promise<Ran> =>
  run('npm', [...args, '--prefer-offline', '--no-audit', '--no-fund', '--no-update-notifier'], cwd);

/** Everything a stranger has: the tarballs, the tools, Node 22 and 24. */
export interface Workshop {
  /** Removed at the end. */
  readonly folder: string;
  readonly tarballs: Readonly<Record<(typeof packageNames)[number], string>>;
  /** An empty npm project. */
  emptyFolder(name: string): Promise<string>;
  /** A project with the fixtures, all tools, and both packages from their tarballs. */
  readonly toolbox: string;
  /** Path of the JavaScript of a tool in the toolbox. */
  tool(path: string): string;
  /** By major; Node 22 is absent where npm has none for the platform. */
  readonly nodes: ReadonlyMap<string, string>;
}

const packAll = async (folder: string): Promise<Workshop['tarballs']> => {
  const packed = packageNames.map(async (name) => {
    const { stdout } = await npm(
      ['pack', '--json', '--pack-destination', folder],
      join(root, 'dist', 'packages', name),
    );
    const said = JSON.parse(stdout) as Record<string, { filename: string }> | { filename: string }[];
    const [{ filename } = { filename: '' }] = Object.values(said);
    return [name, join(folder, filename)] as const;
  });
  return Object.fromEntries(await Promise.all(packed)) as Workshop['tarballs'];
};

const openToolbox = async (folder: string, tarballs: Workshop['tarballs']): Promise<string> => {
  const toolbox = join(folder, 'toolbox');
  await cp(toolboxFiles, toolbox, { recursive: true });
  await cp(fixtures, toolbox, { recursive: true });
  // not ci: the registry lacks some optional packages of other platforms, which ci asks the lock file for
  await npm(['install', '--ignore-scripts'], toolbox);
  await npm(['install', '--no-save', '--ignore-scripts', ...Object.values(tarballs)], toolbox);
  return toolbox;
};

/** Packs what `npm run build:packages` staged, and installs the tools. */
export const openWorkshop = async (): Promise<Workshop> => {
  const folder = await realpath(await mkdtemp(join(tmpdir(), 'droste-packages-')));
  const tarballs = await packAll(folder);
  const toolbox = await openToolbox(folder, tarballs);
  const node22 = join(toolbox, 'node_modules', `node22-${process.platform}-${process.arch}`, 'bin', 'node');
  const has22 = await stat(node22).then(
    () => true,
    () => false,
  );
  return {
    folder,
    tarballs,
    toolbox,
    tool: (path) => join(toolbox, 'node_modules', path),
    nodes: new Map([...(has22 ? [['22', node22] as const] : []), ['24', process.execPath]]),
    emptyFolder: async (name) => {
      const path = join(folder, name);
      await mkdir(path);
      await writeFile(join(path, 'package.json'), JSON.stringify({ private: true, type: 'module' }));
      return path;
    },
  };
};

/** All files below a folder, with their bytes. */
export const filesBelow = async (folder: string): Promise<readonly { path: string; bytes: number }[]> => {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  return Promise.all(files.map(async (path) => ({ path, bytes: (await stat(path)).size })));
};
