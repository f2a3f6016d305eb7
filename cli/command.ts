import type { Command } from 'commander';
import type { Terminal } from './terminal.ts';

/** What the command's exit says. Signals: 128 + their number, as shells have it. */
export const exitCodes = {
  done: 0,
  /** Items failed, or the run did. */
  failed: 1,
  /** Nothing was done: the command line, or what it names, is wrong. */
  usage: 2,
  SIGINT: 130,
  SIGTERM: 143,
} as const;

export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];

/** What the actions of a command are given. */
export interface Session {
  readonly terminal: Terminal;
  /** States the exit code of the command. */
  finish(code: ExitCode): void;
}

/**
 * Declares a command: its words, options and help. Whatever it needs for its work is imported by its action, so that
 * `droste --help` waits for nothing of it.
 */
export type AddCommand = (program: Command, session: Session) => void;
