import { relative } from 'node:path';
import { DEFAULT_MODEL } from '../model-choice.ts';
import { shellWord } from '../shell-word.ts';
import type { ClassifyArguments } from './arguments.ts';
import type { RunShape } from './shape.ts';

/** The folder as one would type it from here: relative, where it is below. */
export const typedFolder = (folder: string, cwd: string): string => {
  const path = relative(cwd, folder);
  return path !== '' && !path.startsWith('..') ? path : folder;
};

/** What is said when there are no inputs: what is shown instead, and the command that does the same. */
export const demonstrationNote = (folder: string, args: ClassifyArguments, shape: RunShape): string => {
  const words = [
    ...['droste', 'classify', folder],
    ...['--max-work', shape.maxWork, '--parallel', shape.parallel],
    ...['--slots', shape.slots, '--concurrency', shape.concurrency],
    ...(args.model === DEFAULT_MODEL ? [] : ['--model', args.model]),
    ...(args.top === undefined ? [] : ['--top', args.top]),
    ...(args.onError === 'collect' ? [] : ['--on-error', args.onError]),
    ...(args.json ? ['--json'] : []),
    ...(args.verbose ? ['--verbose'] : []),
  ];
  const command = words.map(shellWord).join(' ');
  return (
    'No inputs: these are the sample pictures, in pieces so small that the function\n' +
    `calls itself, and its children call it again. The same, spelled out:\n  ${command}\n`
  );
};
