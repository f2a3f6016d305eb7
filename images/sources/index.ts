/** Fetching pictures. What a scheme needs (undici, the AWS SDK) is loaded at its first picture. */
export { createSources, type Sources } from './create-sources.ts';
