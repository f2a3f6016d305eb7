import { readFileSync } from 'node:fs';

/** The document and its headers, as a deploy puts them beside this module in its bundle. */
const { html, headers } = JSON.parse(readFileSync(new URL('./page.json', import.meta.url), 'utf8')) as {
  readonly html: string;
  readonly headers: Readonly<Record<string, string>>;
};

/** Answers `GET /page`. The document is the same for everybody, and knows nothing: what it asks for is authorised. */
export const handler = async () => ({ statusCode: 200, headers, body: html });
