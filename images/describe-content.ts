import { mediaTypeOf } from './adapters/file-type.ts';

/** As much of the head as the description looks at. */
const HEAD_BYTES = 4096;

const textual: readonly (readonly [RegExp, string])[] = [
  [/^(<\?xml[^>]*>|<!--[\s\S]*?-->|<!doctype svg[^>]*>|\s)*<svg[\s>]/i, 'image/svg+xml'],
  [/^(<!--[\s\S]*?-->|\s)*<(!doctype html|html|head|body)[\s>]/i, 'HTML'],
  [/^<\?xml|^<[a-z]/i, 'XML'],
  [/^[{[]/, 'JSON'],
  // The LFS pointer is what a repository's raw URL gives instead of the picture.
  [/^version https:\/\/git-lfs/, 'a Git LFS pointer'],
];

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
  const known = text === undefined ? undefined : textual.find(([pattern]) => pattern.test(text))?.[1];
  if (known !== undefined) return known;
  const mediaType = await mediaTypeOf(head);
  if (mediaType !== undefined) return mediaType;
  if (text !== undefined) return 'text';
  return `${bytes.length} bytes of unknown content, beginning ${Buffer.from(bytes.subarray(0, 8)).toString('hex')}`;
};
