/** Assembles `kernel.wat` into `kernel-bytes.ts`: `node test/images/resample/assemble.ts` after a change to the former. */
import { readFile, writeFile } from 'node:fs/promises';
import wabt from 'wabt';

const source = new URL('../../../images/resample/kernel.wat', import.meta.url);
const target = new URL('../../../images/resample/kernel-bytes.ts', import.meta.url);

/** The module, in base64. */
export const assembled = async (): Promise<string> => {
  const { parseWat } = await wabt();
  const module = parseWat(source.pathname, await readFile(source, 'utf8'), { simd: true });
  const { buffer } = module.toBinary({});
  module.destroy();
  return Buffer.from(buffer).toString('base64');
};

if (import.meta.main) {
  const lines = (await assembled()).match(/.{1,100}/g) ?? [];
  await writeFile(
    target,
    [
      '/** `kernel.wat`, assembled by `test/images/resample/assemble.ts`: base64 of the module. */',
      'export const kernelBytes =',
      `${lines.map((line) => `  '${line}'`).join(' +\n')};\n`,
    ].join('\n'),
  );
}
