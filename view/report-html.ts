import { gzipSync } from 'node:zlib';
import type { PageBundle } from './bundle.ts';
import { documentOf } from './document.ts';
import type { Run } from './run.ts';

/**
 * A report as one file that needs nothing else: it opens from a disk, a mail or a CI artifact, and asks no network. The
 * data lies in it as gzip in base64, so that no file name or label of a stranger's can be taken for markup.
 */
export const reportHtml = (run: Run, bundle: PageBundle): string =>
  documentOf({
    title: 'droste report',
    bundle,
    data: gzipSync(JSON.stringify(run), { level: 6 }).toString('base64'),
    allowed: ['img-src data:'],
  }).html;
