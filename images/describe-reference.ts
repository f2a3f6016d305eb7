import { shorten, withoutSecrets } from '../platform/index.ts';

/** Longer references are cut in replies: presigned URLs run to about 2,000 characters. */
const MAX_REPLY_CHARACTERS = 4096;

/** Longer references are cut in messages and logs. */
const MAX_MESSAGE_CHARACTERS = 300;

/** Characters of a data URI's payload that are shown: enough to see the format's signature. */
const SHOWN_PAYLOAD_CHARACTERS = 12;

const describeData = (text: string): string => {
  const comma = text.slice(0, MAX_MESSAGE_CHARACTERS).indexOf(',');
  return shorten(text, comma === -1 ? MAX_MESSAGE_CHARACTERS : comma + 1 + SHOWN_PAYLOAD_CHARACTERS);
};

const isData = (text: string): boolean => /^data:/i.test(text);

/**
 * A reference as it stands in a reply: as the caller wrote it, but a data URI is cut to its head. A URL keeps
 * its query, secrets included, because the caller knows it: use `redactReference` for everybody else.
 */
export const describeReference = (text: string): string =>
  isData(text) ? describeData(text) : shorten(text, MAX_REPLY_CHARACTERS);

const PICTURE_NAME = /\.(?:avif|bmp|gif|heic|jpe?g|png|svg|tiff?|webp)$/i;

// What no parser accepts may still hold a password or a signature somewhere: cut generously. It may also be a line of
// a file that only the function may read, named as a list of references: told only where it looks like a picture.
const redactUnknown = (text: string): string => {
  if (!PICTURE_NAME.test(text) && !/^https?:/i.test(text)) return `text of ${text.length} characters`;
  const query = text.search(/[?#]/);
  const head = query === -1 ? text : `${text.slice(0, query)}?…`;
  const at = head.lastIndexOf('@');
  return at === -1 ? head : `…${head.slice(at)}`;
};

const redact = (text: string): string => {
  if (isData(text)) return describeData(text);
  if (/^(s3|file):\/\//i.test(text)) return text;
  return /^https?:\/\//i.test(text) && URL.canParse(text) ? withoutSecrets(text) : redactUnknown(text);
};

/**
 * A reference as it may stand in messages and logs: short, on one line, a data URI cut to its head, a URL
 * without user name, password, query string (where signatures and tokens are) and fragment.
 */
export const redactReference = (text: string): string =>
  shorten(redact(text).replace(/\p{Cc}/gu, '\u{FFFD}'), MAX_MESSAGE_CHARACTERS);
