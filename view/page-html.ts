import type { PageBundle } from './bundle.ts';
import { documentOf } from './document.ts';
import type { PageSetup } from './page.ts';

/** The page of a host, and the headers it is served with: nobody else's page may read, frame or script it. */
export const pageHtml = (
  setup: PageSetup,
  bundle: PageBundle,
): { readonly html: string; readonly headers: Readonly<Record<string, string>> } => {
  const { html, policy } = documentOf({
    title: 'droste',
    bundle,
    data: Buffer.from(JSON.stringify(setup)).toString('base64'),
    allowed: ["img-src 'self' data: blob:", "connect-src 'self'"],
  });
  return {
    html,
    headers: {
      'content-type': 'text/html; charset=utf-8',
      'content-security-policy': `${policy}; frame-ancestors 'none'`,
      'x-frame-options': 'DENY',
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
      'cross-origin-opener-policy': 'same-origin',
      'cross-origin-resource-policy': 'same-origin',
      'permissions-policy': 'camera=(self), microphone=(), geolocation=()',
      // the token in it is this host's
      'cache-control': 'no-store',
    },
  };
};
