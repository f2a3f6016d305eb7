import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import type { PageBundle } from './bundle.ts';
import type { Run } from './run.ts';

const hashOf = (text: string): string => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;

/** A script or style inside a document ends at its closing tag wherever that stands, in a string too. */
const inside = (text: string): string => text.replaceAll(/<\/(script|style)/gi, '<\\/$1');

/**
 * A report as one file that needs nothing else: it opens from a disk, a mail or a CI artifact, asks no network, and
 * runs no script but its own (by a content security policy with the script's digest). The data lies in it as gzip in
 * base64, so that no file name or label of a stranger's can be taken for markup.
 */
export const reportHtml = (run: Run, bundle: PageBundle): string => {
  const script = inside(bundle.script);
  const style = inside(bundle.style);
  // uPlot places its layers with style attributes
  const policy = `default-src 'none'; img-src data:; script-src ${hashOf(script)}; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'`;
  const data = gzipSync(JSON.stringify(run), { level: 9 }).toString('base64');
  return [
    '<!doctype html>',
    '<html lang="en">',
    '<head>',
    '<meta charset="utf-8">',
    `<meta http-equiv="Content-Security-Policy" content="${policy}">`,
    '<meta name="viewport" content="width=device-width, initial-scale=1">',
    '<meta name="referrer" content="no-referrer">',
    '<title>droste report</title>',
    `<style>${style}</style>`,
    '</head>',
    '<body>',
    '<div id="root"><noscript>This report draws itself with JavaScript, which is switched off here.</noscript></div>',
    `<script type="application/octet-stream" id="run">${data}</script>`,
    `<script>${script}</script>`,
    '</body>',
    '</html>',
    '',
  ].join('\n');
};
