import { once } from 'node:events';
import { createReadStream } from 'node:fs';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';

const texts: Readonly<Record<string, string>> = {
  'empty.txt': '',
  'one.txt': 'picture\n',
  'droste.txt': 'The Droste effect: a picture that contains itself.\n',
};

const pictures = fileURLToPath(new URL('../pictures/', import.meta.url));

const answer: RequestListener = (request, response) => {
  const [, kind = '', name = ''] = (request.url ?? '').split('/');
  if (kind === 'status' && /^[2-5]\d\d$/.test(name)) return void response.writeHead(Number(name)).end();
  const text = Object.hasOwn(texts, name) ? texts[name] : undefined;
  if (kind === 'texts' && text !== undefined) return void response.end(text);
  if (kind !== 'pictures') return void response.writeHead(404).end();
  createReadStream(`${pictures}${basename(name)}`)
    .on('error', () => response.writeHead(404).end())
    .pipe(response);
};

/** A web site on this machine, for the examples to ask. */
export interface Site {
  /** `http://127.0.0.1:PORT` */
  readonly origin: string;
  close(): Promise<void>;
}

/** Starts the site: `/status/404` answers with that status, `/texts/…` with a text, `/pictures/…` with a sample picture. */
export const startSite = async (): Promise<Site> => {
  const server = createServer(answer);
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
};
