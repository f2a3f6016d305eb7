import { join } from 'node:path';
import type { Bundle } from '../../../infra/bundle/bundle.ts';
import { startLocalHost } from '../../../local/index.ts';

/** Runs a bundle under the local host for one request. @returns the reply, or `{errorType, errorMessage}` */
export const askBundle = async (
  { directory, module }: Pick<Bundle, 'directory' | 'module'>,
  request: unknown,
  environment: Readonly<Record<string, string>> = {},
  // biome-ignore lint/suspicious/noExplicitAny: what the function answered, for assertions
): Promise<any> => {
  const host = await startLocalHost({
    functions: [
      {
        name: 'classify',
        module: join(directory, module),
        memoryMb: 3_008,
        environment: { FUNCTION_ALIAS: 'live', INFERENCE_THREADS: '1', ...environment },
      },
    ],
    concurrency: 3,
  });
  try {
    const reply = await host.invoke('classify', JSON.stringify(request), { qualifier: 'live' });
    if (reply.kind !== 'executed')
      throw new Error(`Expected an execution, received ${JSON.stringify(reply)}`);
    return JSON.parse(reply.payload.toString());
  } finally {
    await host.close();
  }
};
