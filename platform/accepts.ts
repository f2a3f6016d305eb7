const isZero = (parameter: string): boolean => /^q=0(?:\.0{0,3})?$/.test(parameter);

/** Whether a media type is among those an `Accept` header names (RFC 9110); of weights only none at all is weighed. */
export const accepts = (header: string | undefined, type: string): boolean =>
  (header ?? '').split(',').some((range) => {
    const [named, ...parameters] = range.split(';').map((part) => part.trim().toLowerCase());
    return named === type && !parameters.some(isZero);
  });
