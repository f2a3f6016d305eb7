import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { deleteStackByName } from './endpoint.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));

/** Runs the CDK's command in the project; an error carries everything it printed. */
export const cdk = async (...args: readonly string[]): Promise<void> => {
  const output = await mkdtemp(join(tmpdir(), 'droste-cdk-'));
  try {
    const command = spawn(
      process.execPath,
      ['node_modules/aws-cdk/bin/cdk', '--output', output, '--no-notices', ...args],
      { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] },
    );
    const said: Buffer[] = [];
    command.stdout.on('data', (chunk) => said.push(chunk));
    command.stderr.on('data', (chunk) => said.push(chunk));
    const [code] = await once(command, 'close');
    if (code !== 0) throw new Error(`cdk ${args.join(' ')} ended with ${code}:\n${Buffer.concat(said)}`);
  } finally {
    await rm(output, { recursive: true, force: true });
  }
};

/** What a deploy says of itself. */
export interface Outputs {
  readonly AliasArn: string;
  readonly ThumbnailArn: string;
  readonly OrchestrateArn: string;
  readonly JobsArn: string;
  readonly ApiUrl: string;
  readonly BucketName: string;
}

const contextArgs = (context: Readonly<Record<string, string>>): readonly string[] =>
  Object.entries(context).flatMap(([name, value]) => ['-c', `${name}=${value}`]);

export const deploy = async (context: Readonly<Record<string, string>>): Promise<Outputs> => {
  const folder = await mkdtemp(join(tmpdir(), 'droste-outputs-'));
  try {
    const file = join(folder, 'outputs.json');
    await cdk('deploy', '--require-approval', 'never', '--outputs-file', file, ...contextArgs(context));
    const [outputs] = Object.values(JSON.parse(await readFile(file, 'utf8')));
    return outputs as Outputs;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
};

/**
 * Destroys a stack and waits until it is gone. The command names the stack by its ARN, and finds it unchanged where an
 * endpoint looks stacks to delete up by name alone; then it is asked by name, and the command waits for the end.
 */
export const destroy = async (context: Readonly<Record<string, string>>): Promise<void> => {
  const command = () => cdk('destroy', '--force', ...contextArgs(context));
  try {
    await command();
  } catch (error) {
    if (!/Failed to destroy .*: (CREATE|UPDATE)_COMPLETE/.test(String(error))) throw error;
    await deleteStackByName(context.stackName ?? '');
    await command();
  }
};
