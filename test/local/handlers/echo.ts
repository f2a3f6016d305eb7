/** Answers with what it was given: event, context, variables. */
export const handler = async (event: unknown, context: { getRemainingTimeInMillis(): number }) => ({
  event,
  context,
  contextKeys: Object.keys(context),
  remainingMs: context.getRemainingTimeInMillis(),
  variables: process.env,
  cwd: process.cwd(),
  pid: process.pid,
  ipc: typeof process.send,
});
