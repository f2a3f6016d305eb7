import { createHash } from 'node:crypto';
import { each, recursive } from '../../../engine/index.ts';
import { readImageConfig } from '../../../images/index.ts';
import { createRender, decodePixels } from '../../../images/sharp.ts';
import { toWireError } from '../../../platform/index.ts';

const { limits } = readImageConfig(process.env);
const render = createRender();

const digest = (...parts: readonly Uint8Array[]): string => {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return hash.digest('hex').slice(0, 16);
};

const told = async (act: () => Promise<string>): Promise<string> => {
  try {
    return await act();
  } catch (error) {
    const { name, message } = toWireError(error);
    return `${name}: ${message}`;
  }
};

const plan = {
  resize: { shortestEdge: 32 },
  crop: { width: 24, height: 24 },
  filter: 'bilinear',
  channels: 3,
} as const;

/** Makes pixels and thumbnails of a picture in base64, and says what they are, and the CPU time they took, in ms. */
export const handler = recursive(
  each(
    async (base64: string) => {
      const bytes = Buffer.from(base64, 'base64');
      const before = process.cpuUsage();
      const answers = [
        await told(async () => digest((await decodePixels(bytes, plan, limits)).data)),
        await told(async () => digest((await decodePixels(bytes, { ...plan, icc: 'convert' }, limits)).data)),
        await told(async () => {
          const made = await render(
            bytes,
            () =>
              [24, 16].map((side) => ({
                scaled: { width: side, height: side },
                frame: { width: side, height: side },
                background: '#ffffffff',
                encoding: { format: 'raw' as const, channels: 3 as const },
              })),
            { put: async ({ data }) => data },
            limits,
          );
          return digest(...made);
        }),
      ];
      const { user, system } = process.cpuUsage(before);
      return { answers, cpuMs: (user + system) / 1_000 };
    },
    { concurrency: 1 },
  ),
);
