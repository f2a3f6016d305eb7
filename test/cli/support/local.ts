import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import type { TestContext } from 'node:test';
import { type DrosteProcess, startDroste } from './droste.ts';

/** `droste local`, listening on free ports, with all it has printed by then. */
export const startLocal = async (
  t: Pick<TestContext, 'after'>,
  env: Readonly<Record<string, string>> = {},
  concurrency = 1,
  more: readonly string[] = [],
) => {
  const ports = ['--port', '0', '--invoke-port', '0'];
  const args = ['local', '--concurrency', String(concurrency), ...ports, ...more];
  const run: DrosteProcess = startDroste(args, { env });
  t.after(() => run.process.kill('SIGKILL'));
  const stderr = text(run.stderr);
  const lines: string[] = [];
  for await (const line of createInterface(run.stdout)) {
    lines.push(line);
    if (line.startsWith('Ctrl-C')) break;
  }
  const printed = lines.join('\n');
  const [page, invoke, http] = [...printed.matchAll(/^(?:Page|Lambda's Invoke API|HTTP API) +(\S+)/gm)].map(
    ([, url]) => url,
  );
  const token = /^Token +(\S+)/m.exec(printed)?.[1] ?? '';
  const post = async (path: string, body: unknown): Promise<{ status: number; reply: unknown }> => {
    const headers = { 'content-type': 'application/json', 'x-droste-token': token };
    const response = await fetch(`${http}${path}`, { method: 'POST', headers, body: JSON.stringify(body) });
    return { status: response.status, reply: await response.json() };
  };
  return { run, stderr, printed, page: page ?? '', invoke: invoke ?? '', http: http ?? '', token, post };
};
