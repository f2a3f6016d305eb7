import type { Command } from 'commander';
import type { ExitCode } from './exit-codes.ts';
import type { Terminal } from './terminal.ts';

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
