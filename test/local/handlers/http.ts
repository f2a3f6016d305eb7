/** Answers as the body says, or with the event it saw. */
export const handler = async (event: { body?: string; isBase64Encoded?: boolean; rawPath: string }) => {
  if (event.rawPath === '/event') return event;
  if (event.rawPath === '/fail') throw new Error('not for the caller');
  if (event.rawPath === '/bytes') return { statusCode: 200, body: 'gICA', isBase64Encoded: true };
  return JSON.parse(event.body ?? 'null');
};
