/** The form Node.js 24 no longer runs. */
export const handler = (_event: unknown, _context: unknown, done: (error: null, result: string) => void) =>
  done(null, 'too late');
