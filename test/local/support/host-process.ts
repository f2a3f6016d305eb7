/** A host in a process of its own, to be killed: prints its endpoint, and serves `wait`. */
import { startLocalHost } from '../../../local/index.ts';
import { handlerUrl } from './local.ts';

const host = await startLocalHost({
  functions: [{ name: 'wait', module: handlerUrl('wait.ts'), timeoutMs: 900_000 }],
  concurrency: 4,
});
process.stdout.write(`${host.endpoint}\n`);
