import { createHash } from 'node:crypto';
import type { PageBundle } from './bundle.ts';

const hashOf = (text: string): string => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;

/** A script or style inside a document ends at its closing tag wherever that stands, in a string too. */
const inside = (text: string): string => text.replaceAll(/<\/(script|style)/gi, '<\\/$1');

/** What a document is made of. */
export interface DocumentParts {
  readonly title: string;
  readonly bundle: PageBundle;
  /** What the script finds in the element `data`; must be free of markup. */
  readonly data: string;
  /** Sources that the content security policy allows beside the script and the style: `img-src data:`. */
  readonly allowed: readonly string[];
}

/** A document that runs no script but its own, by a content security policy with the script's digest. */
export const documentOf = ({
  title,
  bundle,
  data,
  allowed,
}: DocumentParts): { readonly html: string; readonly policy: string } => {
  const script = inside(bundle.script);
  const policy = [
    "default-src 'none'",
    ...allowed,
    `script-src ${hashOf(script)}`,
    // uPlot places its layers with style attributes
    "style-src 'unsafe-inline'",
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ');
  const html = [
    '<!doctype html>',
    '<html lang="en">',
    '<head>',
    '<meta charset="utf-8">',
    `<meta http-equiv="Content-Security-Policy" content="${policy}">`,
    '<meta name="viewport" content="width=device-width, initial-scale=1">',
    '<meta name="referrer" content="no-referrer">',
    // or browsers ask the host for one
    '<link rel="icon" href="data:,">',
    `<title>${title}</title>`,
    `<style>${inside(bundle.style)}</style>`,
    '</head>',
    '<body>',
    '<div id="root"><noscript>This page draws itself with JavaScript, which is switched off here.</noscript></div>',
    `<script type="application/octet-stream" id="data">${data}</script>`,
    `<script>${script}</script>`,
    '</body>',
    '</html>',
    '',
  ].join('\n');
  return { html, policy };
};
