/** A handler without an engine: what an invocation costs anyhow. */
export const handler = async (event: unknown) => event;
