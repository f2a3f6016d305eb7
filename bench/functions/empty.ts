import { each, recursive } from '../../engine/index.ts';

/** Work that costs nothing, so that what is measured is the engine. */
export const handler = recursive(each((item: unknown) => item));
