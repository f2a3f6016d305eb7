import { spawn } from 'node:child_process';

/**
 * Notes process groups from its standard input (`+ pid`, `- pid`), and kills those left when the input ends: when the
 * host is gone, however it went. POSIX shell, so that it costs a megabyte and not a runtime.
 */
const SCRIPT = `
pids=
while read -r sign pid; do
  case $sign in
    +) pids="$pids $pid" ;;
    -) rest=; for known in $pids; do [ "$known" = "$pid" ] || rest="$rest $known"; done; pids=$rest ;;
  esac
done
for pid in $pids; do kill -9 "-$pid" 2>/dev/null; done
`;

/**
 * Kills execution environments after the death of their host. An environment ends by itself when its IPC channel
 * closes, but one that is busy in native code or in a loop would not notice; the guardian runs nobody's code.
 */
export interface Guardian {
  watch(pid: number): void;
  forget(pid: number): void;
  /** Ends the guardian; environments still watched are killed. */
  close(): Promise<void>;
}

/** Starts a guardian. Where there is no `sh`, environments are left to notice the closed channel. */
export const startGuardian = (): Guardian => {
  // its own group: Ctrl-C in a terminal is for the host alone
  const shell = spawn('/bin/sh', ['-c', SCRIPT], { stdio: ['pipe', 'ignore', 'ignore'], detached: true });
  const ended = new Promise<void>((resolve) => {
    shell.once('close', () => resolve());
    shell.once('error', () => resolve());
  });
  shell.stdin.on('error', () => {});
  return {
    watch: (pid) => void shell.stdin.write(`+ ${pid}\n`),
    forget: (pid) => void shell.stdin.write(`- ${pid}\n`),
    close: () => {
      shell.stdin.end();
      return ended;
    },
  };
};
