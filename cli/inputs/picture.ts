import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

/** One picture of the batch. */
export interface Picture {
  /** As the function is given it: `file:///…`, `https://…`, `s3://…`, `data:…`. */
  readonly reference: string;
  /** As people are shown it: the path as they typed it, or the reference. */
  readonly shown: string;
}

/** Formats the function decodes, by the extensions their files usually have. */
export const pictureExtensions = ['jpg', 'jpeg', 'png', 'webp', 'gif', 'avif', 'tif', 'tiff'] as const;

const pictureName = new RegExp(`^[^.].*\\.(${pictureExtensions.join('|')})$`, 'i');

/** Whether a file is a picture by its name. Hidden files are not: macOS leaves `._photo.jpg` beside `photo.jpg`. */
export const isPictureName = (name: string): boolean => pictureName.test(name);

/** Whether a text is a reference already (a URL of any scheme, `s3://`, a data URI) and no path. */
export const isReference = (text: string): boolean => /^([a-z][a-z0-9+.-]*:\/\/|data:)/i.test(text);

/** The picture at a path. */
export const pictureAt = (path: string, cwd: string): Picture => ({
  reference: pathToFileURL(resolve(cwd, path)).href,
  shown: path,
});
