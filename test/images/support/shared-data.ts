import { existsSync } from 'node:fs';

/** Real files beside the project; see its README. Absent in a fresh clone. */
export const sharedData = new URL('../../../../shared/data/', import.meta.url);

/** For a test's `skip`: the reason, where the data is absent. */
export const skipWithout: string | false = existsSync(sharedData) ? false : 'needs ../shared/data';
