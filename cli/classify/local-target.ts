import { startLocalHost } from '../../local/index.ts';
import { watchEnvironments } from '../environment-watch.ts';
import { FUNCTION_ALIAS } from '../local-function.ts';
import type { Terminal } from '../terminal.ts';
import type { ClassifyJob } from './prepare.ts';
import type { Target } from './target.ts';

/** Starts a local host with the function in it. It ends with `close`, and its processes with it. */
export const openLocalTarget = async (
  { pictures, shape, definition }: Pick<ClassifyJob, 'pictures' | 'shape' | 'definition'>,
  { verbose, terminal, say }: { verbose: boolean; terminal: Terminal; say: (line: string) => void },
): Promise<Target> => {
  const { observe, crashes } = watchEnvironments(verbose, say);
  const host = await startLocalHost({
    functions: [definition],
    concurrency: shape.concurrency,
    observe,
    inherited: terminal.env,
  });
  return {
    functionName: definition.name,
    qualifier: FUNCTION_ALIAS,
    connection: host.connection,
    references: pictures.map(({ reference }) => reference),
    crashes,
    close: host.close,
  };
};
