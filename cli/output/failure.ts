import { redactReference } from '../../images/describe-reference.ts';
import type { WireError } from '../../platform/errors.ts';
import type { Picture } from '../inputs/picture.ts';

/**
 * A failure as it is shown beside the name of its picture: where its message begins with the reference, without that;
 * where the reference is in the middle of it, with the name people know the picture by.
 */
export const describeFailure = ({ name, message }: WireError, { reference, shown }: Picture): string => {
  const redacted = redactReference(reference);
  const prefix = `${redacted}: `;
  const said = message.startsWith(prefix) ? message.slice(prefix.length) : message;
  return `${name}: ${said.replaceAll(redacted, () => (shown === reference ? redacted : shown))}`;
};
