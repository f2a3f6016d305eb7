import { access, constants, mkdir } from 'node:fs/promises';
import { availableParallelism, tmpdir, totalmem } from 'node:os';
import { modelNames } from '../../functions/classify/index.ts';
import { modelsDirectoryOf, nodeRange } from '../installation.ts';
import { formatBytes, formatCount } from '../output/amounts.ts';
import type { Terminal } from '../terminal.ts';
import type { Finding } from './finding.ts';

/** Whether a version is at least another: `22.19.0`, of any number of parts. */
export const isAtLeast = (version: string, least: string): boolean => {
  const parts = version.split('.').map(Number);
  for (const [place, part] of least.split('.').map(Number).entries()) {
    const have = parts[place] ?? 0;
    if (have !== part) return have > part;
  }
  return true;
};

const checkNode = (): Finding => {
  const least = nodeRange.replace(/^>=/, '');
  const found = process.versions.node;
  if (isAtLeast(found, least)) return { check: 'Node.js', state: 'ok', found };
  return { check: 'Node.js', state: 'wrong', found, remedy: `install Node.js ${least} or newer` };
};

const checkModule = async (name: string, load: () => Promise<string>): Promise<Finding> => {
  try {
    return { check: name, state: 'ok', found: await load() };
  } catch (failure) {
    const [found = ''] = String(failure).split('\n');
    const remedy = `install again for ${process.platform} ${process.arch}: npm ci, or npm install ${name}`;
    return { check: name, state: 'wrong', found, remedy };
  }
};

/** What one environment takes with a model of common size, as measured; two of them are the least that is any use. */
const ENVIRONMENT_BYTES = 500e6;

const checkMemory = (): Finding => {
  const total = totalmem();
  const cores = availableParallelism();
  const found = `${formatBytes(total)}, ${formatCount(cores, 'core')}`;
  if (total >= cores * ENVIRONMENT_BYTES) return { check: 'memory and cores', state: 'ok', found };
  const fitting = Math.max(1, Math.floor(total / ENVIRONMENT_BYTES));
  return { check: 'memory and cores', state: 'wrong', found, remedy: `run with --concurrency ${fitting}` };
};

const checkFolder = async (check: string, folder: string, remedy: string): Promise<Finding> => {
  try {
    await mkdir(folder, { recursive: true });
    await access(folder, constants.W_OK);
    return { check, state: 'ok', found: folder };
  } catch (failure) {
    return { check, state: 'wrong', found: `${folder}: ${(failure as Error).message}`, remedy };
  }
};

const checkModels = async ({ env }: Terminal): Promise<Finding> => {
  const folder = modelsDirectoryOf(env);
  const names = await modelNames(folder);
  const found = `${folder}: ${names.join(', ') || 'none'}`;
  if (names.length > 0) return { check: 'models', state: 'ok', found };
  return {
    check: 'models',
    state: 'wrong',
    found,
    remedy: 'droste model pull <name>, or set MODELS_DIRECTORY',
  };
};

/** What the command needs of this machine. */
export const examineMachine = async (terminal: Terminal): Promise<readonly Finding[]> => [
  checkNode(),
  await checkModule('sharp', async () => {
    const { default: sharp } = await import('sharp');
    await sharp({ create: { width: 1, height: 1, channels: 3, background: '#000' } })
      .png()
      .toBuffer();
    return `${sharp.versions.sharp}, libvips ${sharp.versions.vips}`;
  }),
  await checkModule('onnxruntime-node', async () => {
    const { env } = await import('onnxruntime-node');
    return env.versions.node ?? env.versions.common;
  }),
  checkMemory(),
  await checkModels(terminal),
  await checkFolder('temporary files', tmpdir(), 'set TMPDIR to a folder that may be written'),
];
