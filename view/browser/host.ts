import type { LocalSetup, PageEvent, PageRequest } from '../page.ts';

/** What the host says of a request that it does not take. */
const refusalOf = async (response: Response): Promise<Error> => {
  const text = await response.text();
  try {
    return new Error(String((JSON.parse(text) as { message: unknown }).message));
  } catch {
    return new Error(`The host answered ${response.status}: ${text.slice(0, 200)}`);
  }
};

const ask = async (path: string, init: RequestInit, { token }: LocalSetup): Promise<Response> => {
  const headers = { ...init.headers, 'x-droste-token': token };
  const response = await fetch(path, { ...init, headers });
  if (!response.ok) throw await refusalOf(response);
  return response;
};

/** Sends a picture to the host. @returns its id there @throws Error in the host's words */
export const sendPicture = async (picture: Blob, setup: LocalSetup): Promise<string> => {
  const headers = { 'content-type': 'application/octet-stream' };
  const response = await ask('/page/pictures', { method: 'POST', headers, body: picture }, setup);
  return ((await response.json()) as { id: string }).id;
};

/** The events of a stream of server-sent events: the lines `data:` of each block, as JSON. */
async function* eventsIn(body: ReadableStream<Uint8Array>): AsyncGenerator<PageEvent> {
  let rest = '';
  for await (const text of body.pipeThrough(
    new TextDecoderStream() as never,
  ) as unknown as AsyncIterable<string>) {
    const blocks = (rest + text).split('\n\n');
    rest = blocks.pop() ?? '';
    for (const block of blocks) {
      const data = block
        .split('\n')
        .flatMap((line) => (line.startsWith('data:') ? [line.slice('data:'.length)] : []));
      if (data.length > 0) yield JSON.parse(data.join('\n')) as PageEvent;
    }
  }
}

/** Asks for a run, and tells of it until it ends. @throws Error in the host's words; AbortError when it is stopped */
export const startRun = async (
  request: PageRequest,
  setup: LocalSetup,
  { signal, onEvent }: { readonly signal: AbortSignal; readonly onEvent: (event: PageEvent) => void },
): Promise<void> => {
  const headers = { 'content-type': 'application/json' };
  const body = JSON.stringify(request);
  const response = await ask('/page/runs', { method: 'POST', headers, body, signal }, setup);
  if (!response.body) throw new Error('The host answered without a stream');
  let last: PageEvent['kind'] | undefined;
  for await (const event of eventsIn(response.body)) {
    last = event.kind;
    onEvent(event);
  }
  if (last !== 'ended' && last !== 'failed') throw new Error('The host went away before the run had ended');
};
