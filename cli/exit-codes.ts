/** What the command's exit says. Signals: 128 + their number, as shells have it. */
export const exitCodes = {
  done: 0,
  /** Items failed, or the run did. */
  failed: 1,
  /** Nothing was started: the command line, or what it names, is wrong. */
  usage: 2,
  SIGINT: 130,
  SIGTERM: 143,
} as const;

export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];

/** For the end of a command's help. */
export const exitCodesHelp = `Exit codes:
  0    every picture has an answer
  1    pictures failed, or the run did (a broken model, say)
  2    usage: nothing was started
  130  stopped by Ctrl-C (143: by SIGTERM); what was done is printed`;
