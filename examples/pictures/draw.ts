/** Draws every sample picture anew into this folder: `node examples/pictures/draw.ts`. */
import { writeFile } from 'node:fs/promises';
import { drawScene } from './draw-scene.ts';
import { scenes } from './scenes/index.ts';

let totalBytes = 0;
for (const scene of scenes) {
  const bytes = await drawScene(scene);
  await writeFile(new URL(scene.file, import.meta.url), bytes);
  totalBytes += bytes.length;
  console.log(`${scene.file.padEnd(20)} ${String(bytes.length).padStart(7)} bytes`);
}
console.log(`${`${scenes.length} pictures`.padEnd(20)} ${String(totalBytes).padStart(7)} bytes`);
