import type { LocalSetup, PagePicture } from '../page.ts';
import { sendPicture } from './host.ts';

/** A picture that was picked, and what of it is here. */
export interface Chosen {
  readonly key: string;
  readonly name: string;
  /** A sample or an address; absent for what was dropped, pasted or photographed. */
  readonly picture?: PagePicture;
  readonly file?: Blob;
  /** A small WebP, base64, once it is made; absent where the browser cannot show the picture. */
  readonly preview?: string;
}

const SIDE = 96;
const QUALITY = 0.6;

/** A small WebP of a picture as this browser shows it, upright; undefined where it cannot. */
export const previewOf = async (picture: Blob): Promise<string | undefined> => {
  try {
    const bitmap = await createImageBitmap(picture);
    const scale = Math.min(1, SIDE / Math.max(bitmap.width, bitmap.height));
    const [width, height] = [bitmap.width, bitmap.height].map((side) =>
      Math.max(1, Math.round(side * scale)),
    );
    const canvas = Object.assign(document.createElement('canvas'), { width, height });
    canvas.getContext('2d')?.drawImage(bitmap, 0, 0, width ?? 1, height ?? 1);
    bitmap.close();
    const [head = '', data] = canvas.toDataURL('image/webp', QUALITY).split(',');
    return head.startsWith('data:image/webp') ? data : undefined;
  } catch {
    return undefined;
  }
};

/** Names of blobs that have none: what was pasted or photographed. */
let unnamed = 0;

/** Pictures that were dropped, pasted or photographed. */
export const chosenFiles = (files: readonly Blob[]): readonly Chosen[] =>
  files.map((file) => ({
    key: crypto.randomUUID(),
    name: file instanceof File && file.name !== '' ? file.name : `picture-${++unnamed}`,
    file,
  }));

/** Samples, by name. */
export const chosenSamples = (names: readonly string[]): readonly Chosen[] =>
  names.map((name) => ({ key: `sample ${name}`, name, picture: { kind: 'sample', name } }));

/** The addresses in a text, one a line or between blanks; only of these schemes. */
export const chosenLinks = (text: string, schemes: readonly string[]): readonly Chosen[] =>
  text
    .split(/\s+/)
    .filter((word) => schemes.some((scheme) => word.startsWith(`${scheme}://`)) && URL.canParse(word))
    .map((url) => ({ key: crypto.randomUUID(), name: url, picture: { kind: 'link', url } }));

/** The pictures as the host takes them: those that are not there yet are sent. @throws Error in the host's words */
export const sent = async (all: readonly Chosen[], setup: LocalSetup): Promise<readonly PagePicture[]> => {
  const pictures: PagePicture[] = [];
  for (const { file, name, picture } of all) {
    if (picture) pictures.push(picture);
    else if (file) pictures.push({ kind: 'upload', id: await sendPicture(file, setup), name });
  }
  return pictures;
};
