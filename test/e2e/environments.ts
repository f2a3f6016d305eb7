import { readdir, readFile } from 'node:fs/promises';

/**
 * Kills every execution environment of a function, as a lack of memory would: where they are processes of this machine,
 * which an emulator runs them as. Nobody can on AWS.
 *
 * @returns how many there were.
 */
export const killEnvironments = async (functionName: string): Promise<number> => {
  const own = `AWS_LAMBDA_FUNCTION_NAME=${functionName}`;
  let killed = 0;
  const entries = await readdir('/proc').catch(() => []);
  for (const entry of entries.filter((name) => /^\d+$/.test(name))) {
    const environment = await readFile(`/proc/${entry}/environ`, 'utf8').catch(() => '');
    if (!environment.split('\0').includes(own)) continue;
    try {
      process.kill(Number(entry), 'SIGKILL');
      killed += 1;
    } catch {
      // it has ended by itself
    }
  }
  return killed;
};
