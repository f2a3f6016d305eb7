import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** Real models and photos, beside the project and never in it. */
export const sharedData = new URL('../../../../shared/data/', import.meta.url);

/** The option of a test that needs them. */
export const needsSharedData = existsSync(sharedData)
  ? {}
  : { skip: 'the real models and photos (../shared/data) are not here' };

/** Path of a file or folder of the shared data. */
export const sharedPath = (path: string): string => fileURLToPath(new URL(path, sharedData));
