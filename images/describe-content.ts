import { mediaTypeOf } from './adapters/file-type.ts';

/** As much of the head as the description looks at. */
const HEAD_BYTES = 4096;

/** By the first tag after comments, declarations and document types, or by the first characters. */
const textual: readonly (readonly [RegExp, string])[] = [
  [/^<svg[\s>]/i, 'image/svg+xml'],
  [/^<(html|head|body)[\s>]/i, 'HTML'],
  [/^<([a-z]|\?xml)/i, 'XML'],
  [/^[{[]/, 'JSON'],
  // The LFS pointer is what a repository's raw URL gives instead of the picture.
  [/^version https:\/\/git-lfs/, 'a Git LFS pointer'],
];

/** What may stand before the first tag, and where it ends. */
const PROLOGUE: readonly (readonly [string, string])[] = [
  ['<!--', '-->'],
  ['<?', '>'],
  ['<!', '>'],
];

/**
 * The text from its first tag on. One pass: each comment or declaration is looked for once, from where the one before
 * it ended, so that a text of nothing but comments costs no more than its length.
 */
const withoutPrologue = (text: string): string => {
  for (let at = 0; ; ) {
    while (/\s/.test(text.charAt(at))) at += 1;
    const found = PROLOGUE.find(([opening]) => text.startsWith(opening, at));
    const end = found ? text.indexOf(found[1], at + found[0].length) : -1;
    if (!found || end < 0) return text.slice(at);
    at = end + found[1].length;
  }
};

const describeText = (text: string): string | undefined => {
  const body = withoutPrologue(text);
  const tag = textual.find(([pattern]) => pattern.test(body))?.[1];
  if (tag !== undefined && tag !== 'XML') return tag;
  if (/^<!doctype html[\s>]/i.test(text.slice(0, 16))) return 'HTML';
  return tag ?? textual.find(([pattern]) => pattern.test(text))?.[1];
};

const textOf = (head: Uint8Array): string | undefined => {
  // Streaming: the cut may go through a character.
  const decoder = new TextDecoder('utf-8', { fatal: true });
  try {
    const text = decoder.decode(head, { stream: true }).trimStart();
    // Binary that happens to be UTF-8 still has control characters.
    return /[^\P{Cc}\s]/u.test(text) ? undefined : text;
  } catch {
    return undefined;
  }
};

/**
 * What bytes are, in a word or two for an error message: `HTML`, `image/svg+xml`, `application/pdf`, `text`, or
 * the first bytes of what nobody knows. Never used to decide anything.
 */
export const describeContent = async (bytes: Uint8Array): Promise<string> => {
  if (bytes.length === 0) return '0 bytes';
  const head = bytes.subarray(0, HEAD_BYTES);
  const text = textOf(head);
  const known = text === undefined ? undefined : describeText(text);
  if (known !== undefined) return known;
  const mediaType = await mediaTypeOf(head);
  if (mediaType !== undefined) return mediaType;
  if (text !== undefined) return 'text';
  return `${bytes.length} bytes of unknown content, beginning ${Buffer.from(bytes.subarray(0, 8)).toString('hex')}`;
};
