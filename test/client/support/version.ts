import { each, recursive } from '../../../engine/index.ts';

/** Answers every item with the version that worked on it. */
export const handler = recursive(each(() => process.env.AWS_LAMBDA_FUNCTION_VERSION));
