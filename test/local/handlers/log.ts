console.log('while starting');

/** Writes what it is told to, and ends without a newline. */
export const handler = async (event: { out?: string[]; err?: string[]; repeat?: number }) => {
  for (const line of event.out ?? []) console.log(line.repeat(event.repeat ?? 1));
  for (const line of event.err ?? []) console.error(line);
  process.stdout.write('no newline');
  return 'logged';
};
