import { openLocalTarget } from '../classify/local-target.ts';
import type { ExitCode } from '../exit-codes.ts';
import { runPictures } from '../run/run-pictures.ts';
import type { Terminal } from '../terminal.ts';
import type { ThumbnailArguments } from './arguments.ts';
import type { ThumbnailJob } from './prepare.ts';
import { thumbnailColumn } from './thumbnail-column.ts';

/** Makes the thumbnails of a job, and shows where they are. */
export const runThumbnail = (
  job: ThumbnailJob,
  { json, onError, verbose, out }: ThumbnailArguments,
  terminal: Terminal,
): Promise<ExitCode> =>
  runPictures(
    {
      pictures: job.pictures,
      shape: job.shape,
      // undefined is no JSON: what is not given is not sent
      options: Object.fromEntries(Object.entries(job.options).filter(([, value]) => value !== undefined)),
      onError,
      json,
      heading: `thumbnail (${out ?? 'in the results'})`,
      column: thumbnailColumn(),
      openTarget: ({ say }) => openLocalTarget(job, { verbose, terminal, say }),
    },
    terminal,
  );
