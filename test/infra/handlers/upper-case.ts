import { each, recursive } from '../../../engine/index.ts';

/** As somebody would write it for the construct: a function of one item, made recursive. */
export const handler = recursive(each(async (text) => String(text).toUpperCase()));
