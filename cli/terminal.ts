import { writeSync } from 'node:fs';
import { Socket } from 'node:net';
import { dirname } from 'node:path';
import { Writable } from 'node:stream';
import { printable } from '../platform/index.ts';
import { packageFile } from './installation.ts';

/** A stream that results or messages go to, and a person may be looking at. */
export type Output = Writable & {
  readonly isTTY?: boolean;
  readonly columns?: number;
  /** What is written here reaches a terminal as it is: for whoever moves its cursor. Default: the stream itself. */
  readonly device?: Writable & { readonly columns?: number };
};

/** What a command may use of the process it runs in. */
export interface Terminal extends Pick<NodeJS.Process, 'stdin' | 'env' | 'on' | 'off' | 'exit'> {
  readonly stdout: Output;
  readonly stderr: Output;
  /** Where relative paths begin. */
  cwd(): string;
}

/**
 * Writes all of a chunk to a file, or fails: on a disk that is nearly full the system takes a part of it.
 *
 * @param write writes to a file and returns how many bytes it took
 */
export const writeWhole = (
  fd: number,
  chunk: Uint8Array,
  write: (fd: number, chunk: Uint8Array) => number = writeSync,
): void => {
  for (let rest = chunk; rest.length > 0; ) rest = rest.subarray(write(fd, rest));
};

/** A stream into a file. That of Node.js does not look how much of a chunk a file took, and cuts it without a word. */
const fileOutput = (fd: number): Writable =>
  new Writable({
    write: (chunk: Uint8Array, _encoding, done) => {
      try {
        writeWhole(fd, chunk);
        done();
      } catch (failure) {
        done(failure as Error);
      }
    },
  });

const outputOf = (stream: NodeJS.WriteStream & { readonly fd: number }): Output =>
  // terminals, pipes and sockets are sockets to Node.js, and see to it themselves
  (stream as Writable) instanceof Socket ? stream : fileOutput(stream.fd);

/** Our own colours (`Paint`): of all sequences the only ones that a text may bring to a terminal. */
const OWN_COLOURS = new RegExp(`(${String.fromCharCode(0x1b)}\\[(?:1|22|31|32|33|39)m|\\t)`);

/** A text without what commands a terminal: names of files, licences and errors of others are printed as they come. */
const harmless = (text: string): string =>
  text
    .split(OWN_COLOURS)
    .map((part, index) => (index % 2 === 1 ? part : printable(part)))
    .join('');

/** The same stream, to which only harmless text comes through. */
export const harmlessOutput = (device: Output): Output => {
  const output = new Writable({
    decodeStrings: false,
    write: (chunk: string | Uint8Array, _encoding, done) => {
      device.write(harmless(chunk.toString()));
      // in the order in which others write to the device
      done();
    },
  });
  device.on('error', (failure) => output.emit('error', failure));
  return Object.defineProperties(output, {
    isTTY: { get: () => device.isTTY },
    columns: { get: () => device.columns },
    device: { value: device },
  });
};

/**
 * Where the person is who typed the command: npm runs the scripts of a package in its folder, and says in `INIT_CWD`
 * where it was called (`npm --prefix droste run classify -- photo.jpg`). Scripts of other packages mean their own folder.
 */
const workingDirectory = ({ env, cwd }: Pick<NodeJS.Process, 'env' | 'cwd'>): string => {
  const isOwnScript = env.npm_package_json === packageFile && cwd() === dirname(packageFile);
  return (isOwnScript && env.INIT_CWD) || cwd();
};

/** The process as a terminal. */
export const openTerminal = (process: NodeJS.Process): Terminal => ({
  // opened when it is first read
  get stdin() {
    return process.stdin;
  },
  // what others read is theirs byte for byte; messages are for people, wherever they are read
  stdout: process.stdout.isTTY ? harmlessOutput(process.stdout) : outputOf(process.stdout),
  stderr: harmlessOutput(outputOf(process.stderr)),
  env: process.env,
  cwd: () => workingDirectory(process),
  on: process.on.bind(process),
  off: process.off.bind(process),
  exit: process.exit.bind(process),
});

/** Whether a stream failed because nobody reads it any more: `| head`. */
export const isReaderGone = (failure: unknown): boolean =>
  failure instanceof Error && 'code' in failure && ['EPIPE', 'ECONNRESET'].includes(String(failure.code));

/** Columns to fit into; undefined where the stream is no terminal or does not know, and lines may be as long as they are. */
export const columnsOf = ({ isTTY, columns }: Pick<Output, 'isTTY' | 'columns'>): number | undefined =>
  isTTY && columns !== undefined && columns > 0 ? columns : undefined;
