import packageJson from '../../package.json' with { type: 'json' };
import { ConfigurationError } from '../../platform/errors.ts';

/** Where models come from. */
export interface Hub {
  /** Without a slash at the end. */
  readonly endpoint: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** Hugging Face's own variables, read as its own tools read them. */
export const DEFAULT_ENDPOINT = 'https://huggingface.co';

/**
 * Reads `HF_ENDPOINT` (a mirror; default huggingface.co) and `HF_TOKEN` (for what not everybody may read).
 *
 * @throws ConfigurationError for an endpoint that is no http:// or https:// URL
 */
export const readHub = (env: Readonly<Record<string, string | undefined>>): Hub => {
  const text = env.HF_ENDPOINT || DEFAULT_ENDPOINT;
  const url = URL.parse(text);
  if (url === null || !['http:', 'https:'].includes(url.protocol)) {
    throw new ConfigurationError(
      `HF_ENDPOINT: expected a URL of http:// or https://, received ${JSON.stringify(text)}`,
    );
  }
  const token = env.HF_TOKEN?.trim();
  return {
    endpoint: url.href.endsWith('/') ? url.href.slice(0, -1) : url.href,
    headers: {
      'user-agent': `droste/${packageJson.version}`,
      ...(token && { authorization: `Bearer ${token}` }),
    },
  };
};
