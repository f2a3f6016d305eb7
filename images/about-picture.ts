import { DrosteError, fromWireError } from '../platform/index.ts';
import { redactReference } from './describe-reference.ts';

/** The same error, naming the picture it is about. */
export const aboutPicture = (reference: string, error: unknown): unknown => {
  const name = redactReference(reference);
  if (!(error instanceof DrosteError) || error.message.includes(name)) return error;
  return fromWireError({ name: error.name, message: `${name}: ${error.message}` }, error);
};
