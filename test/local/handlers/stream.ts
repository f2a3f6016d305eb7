import type { Writable } from 'node:stream';

interface Streams {
  streamifyResponse(handler: (event: Asked, stream: Writable) => Promise<void>): unknown;
  readonly HttpResponseStream: { from(stream: Writable, head: unknown): Writable };
}

/** What to do with the stream, as the event or its body says. */
interface Asked {
  readonly body?: string;
  readonly write?: readonly string[];
  readonly head?: unknown;
  /** Leave the stream open. */
  readonly leave?: boolean;
}

const { awslambda } = globalThis as unknown as { readonly awslambda: Streams };

/** Writes what it is asked to. */
export const handler = awslambda.streamifyResponse(async (event, stream) => {
  const { write = [], head, leave = false }: Asked = event.body ? JSON.parse(event.body) : event;
  if (head !== undefined) awslambda.HttpResponseStream.from(stream, head);
  for (const text of write) stream.write(text);
  if (!leave) stream.end();
});
