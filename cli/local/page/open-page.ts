import { randomBytes } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import type { IncomingMessage } from 'node:http';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { HttpReply, HttpRequest, LocalHost, SitePage, StreamedReply } from '../../../local/index.ts';
import { InvalidRequestError, messageOf, quote } from '../../../platform/index.ts';
import {
  type LocalSetup,
  loadPage,
  type PagePicture,
  type PageRequest,
  pageHtml,
} from '../../../view/index.ts';
import { type NamedReference, startPageRun } from './page-run.ts';
import { readPageRequest } from './request.ts';
import type { TreeWatch } from './tree-watch.ts';
import { openUploads, type Uploads } from './uploads.ts';

/** What the page is made of. */
export interface PageOptions {
  readonly host: Pick<LocalHost, 'connection' | 'endpoint'>;
  readonly trees: TreeWatch;
  /** Folder of the sample pictures, and how one types it. */
  readonly samples: { readonly folder: string; readonly typed: string };
  readonly setup: Pick<LocalSetup, 'models' | 'shape' | 'concurrency'>;
  /** The largest picture taken. */
  readonly maxImageBytes: number;
}

/** The page of a host, until it is disposed of. */
export interface OpenPage extends SitePage, AsyncDisposable {}

const SAMPLES = '/page/samples/';
const REQUEST_MAX_BYTES = 4 * 1024 * 1024;

const pathOf = ({ url = '/' }: IncomingMessage): string => url.split('?', 1)[0] ?? '/';

const json = (status: number, body: unknown): HttpReply => ({
  status,
  headers: { 'content-type': 'application/json', 'cache-control': 'no-store' },
  body: JSON.stringify(body),
});

/** Where the pictures of a run are. No name of a file comes from the page, nor anything but `https://`. */
const referencesOf = (
  pictures: readonly PagePicture[],
  uploads: Uploads,
  samples: ReadonlyMap<string, string>,
): readonly NamedReference[] =>
  pictures.map((picture, index) => {
    const missing = (expected: string, received: string) =>
      new InvalidRequestError(`pictures[${index}]: expected ${expected}, received ${quote(received)}`);
    switch (picture.kind) {
      case 'upload': {
        const reference = uploads.reference(picture.id);
        if (reference === undefined) throw missing('the id of a picture that was sent', picture.id);
        return { name: picture.name, reference };
      }
      case 'sample': {
        const path = samples.get(picture.name);
        if (path === undefined) throw missing(`one of ${[...samples.keys()].join(', ')}`, picture.name);
        return { name: picture.name, reference: pathToFileURL(path).href };
      }
      case 'link': {
        if (!/^https:\/\//i.test(picture.url))
          throw missing('an address that begins with https://', picture.url);
        return { name: picture.url, reference: picture.url };
      }
      default:
        return picture satisfies never;
    }
  });

/**
 * Opens the page of a local host: the document at `/`, and what it asks for below `/page/`, by a token of its own that
 * lies in the document. That token leads to pictures the page has sent, to the samples and to `https://`: it names no
 * file, and does not open the functions' routes.
 */
export const openPage = async (options: PageOptions): Promise<OpenPage> => {
  const { host, trees, setup, maxImageBytes } = options;
  const token = randomBytes(16).toString('base64url');
  const names = (await readdir(options.samples.folder)).filter((name) =>
    /\.(?:avif|jpe?g|png|webp)$/.test(name),
  );
  const samples = new Map(names.sort().map((name) => [name, join(options.samples.folder, name)]));
  const uploads = await openUploads();

  const openDocument = async (): Promise<HttpReply> => {
    const { html, headers } = pageHtml(
      {
        ...setup,
        kind: 'local',
        token,
        samples: { folder: options.samples.typed, names: [...samples.keys()] },
        invokeEndpoint: host.endpoint,
      },
      await loadPage('page'),
    );
    return { status: 200, headers, body: html };
  };
  let opened: Promise<HttpReply> | undefined;

  const sample = async (name: string): Promise<HttpReply> => {
    const path = samples.get(name);
    if (path === undefined) return json(404, { message: 'Expected the name of a sample picture' });
    const headers = { 'content-type': 'application/octet-stream', 'x-content-type-options': 'nosniff' };
    return { status: 200, headers, body: await readFile(path) };
  };

  const keep = async (body: Buffer | undefined): Promise<HttpReply> => {
    const id = body && (await uploads.add(body));
    return id === undefined
      ? json(413, { message: `Expected a picture of at most ${maxImageBytes} bytes, and room for it` })
      : json(200, { id });
  };

  const run = (body: Buffer | undefined): HttpReply | StreamedReply => {
    if (!body) return json(413, { message: `Expected a run of at most ${REQUEST_MAX_BYTES} bytes` });
    const request: PageRequest = readPageRequest(body);
    if (!setup.models.includes(request.model)) {
      throw new InvalidRequestError(
        `model: expected one of ${setup.models.join(', ')}, received ${quote(request.model)}`,
      );
    }
    return {
      status: 200,
      headers: {
        'content-type': 'text/event-stream',
        'cache-control': 'no-store',
        'x-content-type-options': 'nosniff',
      },
      stream: startPageRun({
        ...{ request, connection: host.connection, trees },
        pictures: referencesOf(request.pictures, uploads, samples),
        model: request.model === setup.models[0] ? undefined : request.model,
      }),
    };
  };

  const answer = async ({ method, path, body }: HttpRequest): Promise<HttpReply | StreamedReply> => {
    if (method === 'GET' && path === '/') {
      opened ??= openDocument();
      return opened;
    }
    if (method === 'GET' && path.startsWith(SAMPLES)) return sample(path.slice(SAMPLES.length));
    if (method === 'POST' && path === '/page/pictures') return keep(body);
    if (method === 'POST' && path === '/page/runs') return run(body);
    return json(404, { message: `Expected something of the page, received ${method} ${path}` });
  };

  return {
    admission: (message) => {
      const path = pathOf(message);
      // a browser that opens a page, or shows a picture, can show no token
      if (message.method === 'GET' && (path === '/' || path.startsWith(SAMPLES)))
        return { token, asked: 'nobody' };
      return path.startsWith('/page/') ? { token, asked: 'everybody' } : undefined;
    },
    bodyMaxBytes: (message) => (pathOf(message) === '/page/pictures' ? maxImageBytes : REQUEST_MAX_BYTES),
    answer: async (request) => {
      try {
        return await answer(request);
      } catch (error) {
        if (error instanceof InvalidRequestError) return json(400, { message: error.message });
        return json(500, { message: messageOf(error) });
      }
    },
    [Symbol.asyncDispose]: uploads[Symbol.asyncDispose],
  };
};
