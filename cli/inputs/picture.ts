import { extname, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

/** One picture of the batch. */
export interface Picture {
  /** As the function is given it: `file:///…`, `https://…`, `s3://…`, `data:…`. */
  readonly reference: string;
  /** As people are shown it: the path as they typed it, or the reference. */
  readonly shown: string;
  /** Whether it has changed since it was last answered, so that results there are of what it was. */
  readonly changed?: true;
}

/** Formats the function decodes, by the extensions their files usually have. */
export const pictureExtensions = [
  ...['jpg', 'jpeg', 'jpe', 'jfif', 'jif'],
  ...['png', 'webp', 'gif', 'avif', 'tif', 'tiff'],
] as const;

/**
 * Pictures that the function does not decode: HEVC is patented, and a camera's raw data is no picture yet. They are
 * counted where they are passed over, so that nobody takes them for done.
 */
const otherExtensions = [
  ...[
    'heic',
    'heif',
    'hif',
    'jxl',
    'jp2',
    'j2k',
    'jxr',
    'bmp',
    'dib',
    'ico',
    'psd',
    'svg',
    'tga',
    'pcx',
    'exr',
  ],
  ...[
    'arw',
    'cr2',
    'cr3',
    'crw',
    'dng',
    'erf',
    'nef',
    'nrw',
    'orf',
    'pef',
    'raf',
    'raw',
    'rw2',
    'sr2',
    'srw',
    'x3f',
  ],
] as const;

/** Whether a name ends in one of the extensions. Hidden files are none: macOS leaves `._photo.jpg` beside `photo.jpg`. */
const has = (extensions: readonly string[], name: string): boolean =>
  !name.startsWith('.') && extensions.includes(extensionOf(name));

const extensionOf = (name: string): string => extname(name).slice(1).toLowerCase();

/** Whether a file is a picture by its name. */
export const isPictureName = (name: string): boolean => has(pictureExtensions, name);

/** The extension of a picture that the function does not decode; undefined for all other files. */
export const undecodedExtension = (name: string): string | undefined =>
  has(otherExtensions, name) ? extensionOf(name) : undefined;

/** Whether a text is a reference already (a URL of any scheme, `s3://`, a data URI) and no path. */
export const isReference = (text: string): boolean => /^([a-z][a-z0-9+.-]*:\/\/|data:)/i.test(text);

/** The picture at a path. */
export const pictureAt = (path: string, cwd: string): Picture => ({
  reference: pathToFileURL(resolve(cwd, path)).href,
  shown: path,
});
