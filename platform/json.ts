/** Whether a value is what JSON calls an object. */
export const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** What a text says as JSON; undefined, which JSON has no word for, where it is none. */
export const parseJson = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

/** A value as it is typed by hand: JSON where it is some (`75`, `[100,200]`), else the text itself (`webp`). */
export const jsonOrText = (text: string): unknown => {
  const json = parseJson(text);
  return json === undefined ? text : json;
};
