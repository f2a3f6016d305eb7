import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable, Writable } from 'node:stream';
import { text } from 'node:stream/consumers';
import type { TestContext } from 'node:test';
import { fileURLToPath } from 'node:url';
import { commands } from '../../../cli/commands.ts';
import { runProgram } from '../../../cli/program.ts';
import type { Terminal } from '../../../cli/terminal.ts';

/** The command's main module. */
export const MAIN = fileURLToPath(new URL('../../../cli/main.ts', import.meta.url));

/** The sample pictures. */
export const SAMPLES = fileURLToPath(new URL('../../../examples/pictures/', import.meta.url));

/** The models that are part of the project. */
export const MODELS = fileURLToPath(new URL('../../../models/', import.meta.url));

/** A folder for one test. */
export const makeFolder = (t: Pick<TestContext, 'after'>): string => {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'droste-cli-')));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
};

export interface DrosteOptions {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Options of Node.js itself. */
  readonly node?: readonly string[];
}

/** The command under way. */
export interface DrosteProcess {
  readonly process: ChildProcess;
  readonly stdin: Writable;
  readonly stdout: Readable;
  readonly stderr: Readable;
  /** Resolves with its exit code when it has ended and its output is read. */
  readonly ended: Promise<number | NodeJS.Signals>;
  /** Resolves with what is waited for; rejects if the command ends before, for then it may never come. */
  before<T>(wanted: Promise<T>): Promise<T>;
}

/** Nothing of the developer's: no credentials, no settings. */
const cleanEnv = () => ({
  PATH: process.env.PATH ?? '',
  HOME: process.env.HOME ?? '',
  NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE,
  AWS_EC2_METADATA_DISABLED: 'true',
});

export const startDroste = (args: readonly string[], options: DrosteOptions = {}): DrosteProcess => {
  const child = spawn(process.execPath, [...(options.node ?? []), MAIN, ...args], {
    cwd: options.cwd ?? SAMPLES,
    env: { ...cleanEnv(), ...options.env },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  child.stdin.on('error', () => {});
  const { stdin, stdout, stderr } = child;
  const ended = once(child, 'close').then(([code, signal]) => code ?? signal);
  const over = ended.then((how): never => {
    throw new Error(`the command ended (${how}) before what was waited for`);
  });
  over.catch(() => {});
  return { process: child, stdin, stdout, stderr, ended, before: (wanted) => Promise.race([wanted, over]) };
};

export interface DrosteResult {
  readonly code: number | NodeJS.Signals;
  readonly stdout: string;
  readonly stderr: string;
}

/** A stream that keeps what is written to it. */
const kept = () => {
  const chunks: Buffer[] = [];
  const stream = new Writable({
    write: (chunk: Buffer, _encoding, done) => {
      chunks.push(chunk);
      done();
    },
  });
  return { stream, text: () => Buffer.concat(chunks).toString() };
};

/**
 * Runs the command to its end, in this process: a terminal of its own is all that it knows of one. What the AWS SDK, npm
 * or Node.js themselves read of a process (`AWS_*`, `HOME`) is for {@link drosteProcess}.
 */
export const droste = async (
  args: readonly string[],
  { cwd = SAMPLES, env, stdin = '' }: Omit<DrosteOptions, 'node'> & { readonly stdin?: string } = {},
): Promise<DrosteResult> => {
  const [stdout, stderr] = [kept(), kept()];
  const terminal = {
    stdin: Readable.from(stdin === '' ? [] : [Buffer.from(stdin)]),
    stdout: stdout.stream,
    stderr: stderr.stream,
    env: { ...cleanEnv(), ...env },
    cwd: () => cwd,
    on: process.on.bind(process),
    off: process.off.bind(process),
    exit: process.exit.bind(process),
  } as unknown as Terminal;
  const code = await runProgram(args, commands, terminal);
  return { code, stdout: stdout.text(), stderr: stderr.text() };
};

/** Runs the command to its end as people do, in a process of its own. */
export const drosteProcess = async (
  args: readonly string[],
  options: DrosteOptions & { readonly stdin?: string } = {},
): Promise<DrosteResult> => {
  const run = startDroste(args, options);
  run.stdin.end(options.stdin ?? '');
  const [stdout, stderr, code] = await Promise.all([text(run.stdout), text(run.stderr), run.ended]);
  return { code, stdout, stderr };
};

export interface ResultLine {
  readonly image: string;
  readonly results?: { readonly tags: readonly { readonly class: string; readonly confidence: number }[] };
  readonly error?: { readonly name: string; readonly message: string };
}

/** The objects of NDJSON. */
export const parseLines = (ndjson: string): readonly ResultLine[] =>
  ndjson
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line));
