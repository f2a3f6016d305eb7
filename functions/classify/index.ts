/** What the command and the stack know of classify: where models are and what is in their folders. Loads no runtime. */
export { parseS3Prefix, type S3Prefix } from './core/s3-prefix.ts';
export type { ClassifyOptions } from './definition.ts';
export type { Agreement, ModelCheck } from './model/check.ts';
export { checkConfigFile } from './model/check-config.ts';
export { sha256OfFiles } from './model/digest.ts';
export { configFiles, filesOfModel, findGraph, leastConfigFile, placesOfGraph } from './model/files.ts';
export { isModelName, locateModel, modelNames } from './model/locate.ts';
