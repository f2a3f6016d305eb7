import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { TestContext } from 'node:test';
import { SAMPLES } from './droste.ts';

/** A request that waits for its picture. */
export interface Held {
  /** Answers it with a picture. */
  release(): void;
  /** Resolves when the one who asked is gone. */
  readonly gone: Promise<unknown>;
}

/** Pictures behind HTTP. */
export interface PictureServer {
  /** `http://127.0.0.1:PORT` */
  readonly origin: string;
  /** The next request for a path, which begins with `/held`. */
  held(path: string): Promise<Held>;
}

const picture = readFileSync(`${SAMPLES}lemon.jpg`);

const answer = (response: ServerResponse): void => {
  response.writeHead(200, { 'content-type': 'image/jpeg' });
  response.end(picture);
};

/** Serves a picture under any path, 404 under `/missing`, and lets whoever asks for `/held…` wait. */
export const servePictures = async (t: TestContext): Promise<PictureServer> => {
  const arrived = new Map<string, Held>();
  const waiting = new Map<string, (held: Held) => void>();
  const hold = (path: string, request: IncomingMessage, response: ServerResponse): void => {
    const held = { release: () => answer(response), gone: once(request.socket, 'close') };
    const tell = waiting.get(path);
    if (tell === undefined) arrived.set(path, held);
    else tell(held);
    waiting.delete(path);
  };
  const server = createServer((request, response) => {
    const { url = '' } = request;
    if (url.startsWith('/held')) hold(url, request, response);
    else if (url.startsWith('/missing')) response.writeHead(404).end();
    else answer(response);
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    held: (path) => {
      const here = arrived.get(path);
      arrived.delete(path);
      return here === undefined
        ? new Promise((resolve) => waiting.set(path, resolve))
        : Promise.resolve(here);
    },
  };
};
