import { readFileSync } from 'node:fs';

const folder = new URL('../../../examples/pictures/', import.meta.url);

/** Sample pictures as references that need no network. */
export const pictures = ['lemon.jpg', 'frog.avif', 'droste.png', 'sunset.webp'].map((name) => {
  const type = name.endsWith('.jpg') ? 'jpeg' : name.split('.')[1];
  return `data:image/${type};base64,${readFileSync(new URL(name, folder)).toString('base64')}`;
});
