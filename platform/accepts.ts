/** Whether a media type is among those an `Accept` header names (RFC 9110); weights are not weighed. */
export const accepts = (header: string | undefined, type: string): boolean =>
  (header ?? '').split(',').some((range) => range.split(';', 1)[0]?.trim().toLowerCase() === type);
