import { createHash } from 'node:crypto';
import type { Encoding, ImageReference, Rendering } from '../../images/index.ts';
import { files } from './core/formats.ts';

/** Longer stems are cut: names stay below the 255 bytes of common file systems, and readable. */
const MAX_STEM = { characters: 60, bytes: 150 } as const;

/**
 * Digits of the digest in a name: 64 bits, so that among a million pictures all called `image.jpg` two share a name
 * by chance once in 37 million batches (8 digits would make it a hundred pairs in every batch).
 */
const DIGEST_DIGITS = 16;

const pathOf = (reference: ImageReference): string => {
  switch (reference.kind) {
    case 'web':
      return reference.url.pathname;
    case 's3':
      return reference.key;
    case 'file':
      return reference.path;
    case 'data':
      return 'image';
    default:
      return reference satisfies never;
  }
};

const decoded = (text: string): string => {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
};

/** A regular expression for this takes quadratic time on a text full of them. */
const withoutEnding = (text: string, ending: string): string =>
  text.endsWith(ending) ? withoutEnding(text.slice(0, -ending.length), ending) : text;

const cut = (text: string): string => {
  let kept = '';
  let characters = 0;
  for (const character of text) {
    characters += 1;
    if (characters > MAX_STEM.characters || Buffer.byteLength(kept + character) > MAX_STEM.bytes) break;
    kept += character;
  }
  return kept;
};

/**
 * The picture's name without folder and extension, in letters and digits of any script, `.`, `_` and `-`: no name hides
 * what it is, and none is a path.
 */
export const stemOf = (reference: ImageReference): string => {
  const path = reference.kind === 'web' ? decoded(pathOf(reference)) : pathOf(reference);
  const last = path.split('/').findLast((part) => part !== '') ?? '';
  const dot = last.lastIndexOf('.');
  const stem = (dot > 0 ? last.slice(0, dot) : last)
    .normalize('NFC')
    .replace(/[^\p{L}\p{M}\p{N}._-]+/gu, '-')
    .replace(/^[.-]+/, '');
  return withoutEnding(cut(stem), '-') || 'image';
};

/** The digest of a picture's bytes, from which those of its thumbnails are made. */
export const digestOf = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('base64url');

const settingsOf = (encoding: Encoding): string => JSON.stringify(encoding);

/**
 * A thumbnail's name, `<stem>-<digest>-<width>x<height>.<ending>`. The digest is of the picture's bytes and of
 * everything that shapes the thumbnail: the same input has the same name, and another picture, or another specification,
 * another one, so that what is stored under a name never changes and may be cached for ever.
 */
export const thumbnailName = (stem: string, source: string, rendering: Rendering): string => {
  const { frame, scaled, encoding, background } = rendering;
  const digest = createHash('sha256')
    .update([source, scaled.width, scaled.height, background, settingsOf(encoding)].join(' '))
    .digest('hex')
    .slice(0, DIGEST_DIGITS);
  return `${stem}-${digest}-${frame.width}x${frame.height}.${files[encoding.format].ending}`;
};
