/** Resolves after a turn of the event loop: sockets and timers that were due have been served. */
export const nextTurn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
