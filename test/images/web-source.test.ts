import assert from 'node:assert/strict';
import { once } from 'node:events';
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { createServer as createTcpServer, type LookupFunction } from 'node:net';
import { Readable } from 'node:stream';
import { suite, test } from 'node:test';
import { createHttpGet } from '../../images/adapters/undici.ts';
import { parseReference } from '../../images/reference.ts';
import { createSources, type Sources } from '../../images/sources/create-sources.ts';
import type { SourceOptions } from '../../images/sources/source.ts';
import { createWebSource, type HttpGet } from '../../images/sources/web.ts';
import { farBeyond } from '../local/support/pace.ts';
import { nextConnectionClosed, serve, type TestServer } from './support/http-server.ts';

const open: SourceOptions = { allowHttp: true, allowFile: false, allowPrivate: 'loopback' };

interface Bench extends TestServer {
  readonly fetch: (path: string, signal?: AbortSignal) => Promise<string>;
}

/** A server and sources for it; a path that begins with a slash is the server's. */
const bench = async (listener: RequestListener, options: Partial<SourceOptions> = {}): Promise<Bench> => {
  const server = await serve(listener);
  const sources: Sources = createSources({ ...open, ...options });
  return {
    ...server,
    fetch: async (path, signal) => {
      const reference = parseReference(path.startsWith('/') ? server.origin + path : path);
      return Buffer.from(await sources.fetch(reference, signal === undefined ? {} : { signal })).toString();
    },
    [Symbol.asyncDispose]: async () => {
      await sources.close();
      await server[Symbol.asyncDispose]();
    },
  };
};

const redirectTo =
  (location: string, status = 302): RequestListener =>
  (_, response) =>
    void response.writeHead(status, { location }).end();

const never = (): void => {};

suite('web references', () => {
  test('give the bytes behind the URL, query included', async () => {
    await using web = await bench((request, response) => void response.end(`picture of ${request.url}`));
    assert.equal(await web.fetch('/a%20b.jpg?w=1&h=2'), 'picture of /a%20b.jpg?w=1&h=2');
  });

  test('are whole in many chunks, and empty where there is nothing', async () => {
    await using web = await bench((request, response) => {
      if (request.url === '/chunks') for (let part = 0; part < 50; part += 1) response.write(`${part},`);
      response.end();
    });
    assert.equal(await web.fetch('/chunks'), Array.from({ length: 50 }, (_, part) => `${part},`).join(''));
    assert.equal(await web.fetch('/nothing'), '');
  });

  test('keep the connection, after an error too', async () => {
    await using web = await bench(
      (request, response) => {
        response.statusCode = request.url === '/missing' ? 404 : 200;
        response.end('a short page');
      },
      // A pool may open a second one before it sees that the first is free again.
      { connections: 1 },
    );
    for (const path of ['/1', '/2', '/3']) await web.fetch(path);
    await assert.rejects(web.fetch('/missing'));
    await web.fetch('/4');
    assert.equal(web.connections(), 1);
  });

  test('never have more connections than allowed', async () => {
    let inside = 0;
    let most = 0;
    await using web = await bench(
      (_, response) => {
        inside += 1;
        most = Math.max(most, inside);
        setImmediate(() => {
          inside -= 1;
          response.end('x');
        });
      },
      { connections: 2 },
    );
    await Promise.all(Array.from({ length: 12 }, () => web.fetch('/')));
    assert.ok(most <= 2 && web.connections() <= 2);
  });

  test('over http are refused unless that is allowed, without a connection', async () => {
    await using web = await bench((_, response) => void response.end(), { allowHttp: false });
    await assert.rejects(web.fetch('/'), {
      name: 'ForbiddenReferenceError',
      message: /http:\/\/ is not allowed here/,
    });
    assert.equal(web.connections(), 0);
  });
});

suite('web references that fail', () => {
  test('name the status and the URL, without its secrets', async () => {
    await using web = await bench((request, response) => {
      response.writeHead(Number(request.url?.slice(1, 4))).end('<html>');
    });
    for (const status of [304, 400, 403, 404, 429, 500, 503]) {
      await assert.rejects(web.fetch(`/${status}?token=hunter2`), {
        name: 'ImageFetchError',
        message: `Expected status 2xx, received ${status} from ${web.origin}/${status}?…`,
      });
    }
  });

  test('free the connection of a long error page', async () => {
    await using web = await bench((_, response) => {
      response.writeHead(500);
      Readable.from(endless()).pipe(response);
    });
    const closed = nextConnectionClosed(web);
    await assert.rejects(web.fetch('/'), { name: 'ImageFetchError' });
    await closed;
  });

  test('by a body that is cut off are errors, not short pictures', async () => {
    await using web = await bench((request, response) => {
      if (request.url === '/length') response.setHeader('content-length', 1000);
      response.write('the first part');
      setImmediate(() => response.destroy());
    });
    for (const path of ['/length', '/chunked']) {
      await assert.rejects(web.fetch(path), { name: 'ImageFetchError', message: /^Could not fetch http:/ });
    }
  });

  test('by a connection that is reset or refused, or a name nobody knows, say so', async () => {
    await using web = await bench((request) => void request.socket.destroy());
    await assert.rejects(web.fetch('/'), { name: 'ImageFetchError' });
    const vacant = createTcpServer().listen(0, '127.0.0.1');
    await once(vacant, 'listening');
    const address = vacant.address();
    const port = typeof address === 'object' ? address?.port : undefined;
    await new Promise((resolve) => vacant.close(resolve));
    await assert.rejects(web.fetch(`http://127.0.0.1:${port}/`), {
      name: 'ImageFetchError',
      message: /ECONNREFUSED/,
    });
  });

  test('by rubbish instead of HTTP are fetch errors', async () => {
    const rubbish = createTcpServer((socket) => void socket.resume().end('rubbish\r\n\r\n')).listen(
      0,
      '127.0.0.1',
    );
    await once(rubbish, 'listening');
    const address = rubbish.address();
    await using web = await bench(never);
    const port = typeof address === 'object' ? address?.port : undefined;
    await assert.rejects(web.fetch(`http://127.0.0.1:${port}/`), { name: 'ImageFetchError' });
    await new Promise((resolve) => rubbish.close(resolve));
  });

  test('by time end with the limit, before the headers and in the body', async () => {
    await using quick = await bench((_, response) => void response.end('picture'));
    const timeoutMs = await farBeyond(() => quick.fetch('/'));
    await using web = await bench(
      (request, response) => {
        if (request.url === '/body') response.write('the beginning');
      },
      { timeoutMs },
    );
    for (const path of ['/headers', '/body']) {
      const closed = nextConnectionClosed(web);
      await assert.rejects(web.fetch(path), {
        name: 'ImageFetchError',
        message: `Expected ${web.origin}${path} within ${timeoutMs} ms, received no complete answer`,
      });
      await closed;
    }
  });

  test('by an abort end with its reason, and the connection with them', async () => {
    const controller = new AbortController();
    const reason = new Error('the batch is over');
    await using web = await bench((_, response) => {
      response.write('the beginning');
      controller.abort(reason);
    });
    const closed = nextConnectionClosed(web);
    await assert.rejects(web.fetch('/', controller.signal), reason);
    await closed;
  });
});

async function* endless(): AsyncGenerator<Buffer> {
  for (;;) yield Buffer.alloc(64 * 1024);
}

suite('web references that are too large', () => {
  test('are refused by their announced length, without reading them', async () => {
    await using web = await bench((_, response) => {
      response.writeHead(200, { 'content-length': 1e12 });
      response.flushHeaders();
    });
    const closed = nextConnectionClosed(web);
    await assert.rejects(web.fetch('/'), {
      name: 'ImageTooLargeError',
      message: `Expected at most ${50 * 1024 * 1024} bytes (MAX_IMAGE_BYTES), received 1000000000000 from ${web.origin}/`,
    });
    await closed;
  });

  test('are stopped by the running count where no length is announced', async () => {
    await using web = await bench((_, response) => void Readable.from(endless()).pipe(response), {
      maxBytes: 100_000,
    });
    const closed = nextConnectionClosed(web);
    await assert.rejects(web.fetch('/'), {
      name: 'ImageTooLargeError',
      message: /received more than 100000 from/,
    });
    await closed;
  });

  test('the limit itself is allowed', async () => {
    await using web = await bench((_, response) => void response.end(Buffer.alloc(1000)), { maxBytes: 1000 });
    assert.equal((await web.fetch('/')).length, 1000);
  });
});

suite('redirects', () => {
  test('are followed, relative ones too, as often as allowed', async () => {
    await using web = await bench(
      (request: IncomingMessage, response: ServerResponse) => {
        const left = Number(request.url?.slice(1));
        if (left === 0) response.end('arrived');
        else
          redirectTo(left % 2 === 0 ? `/${left - 1}` : `${left - 1}`, 300 + (left % 2 === 0 ? 7 : 1))(
            request,
            response,
          );
      },
      { maxRedirects: 4 },
    );
    assert.equal(await web.fetch('/4'), 'arrived');
    await assert.rejects(web.fetch('/5'), {
      name: 'ImageFetchError',
      message: /Expected at most 4 redirects from/,
    });
  });

  test('without a destination, or to one that is no URL, are fetch errors', async () => {
    await using web = await bench((request, response) => {
      response.writeHead(302, request.url === '/odd' ? { location: 'http://256.256.256.256/' } : {}).end();
    });
    await assert.rejects(web.fetch('/'), { name: 'ImageFetchError', message: /Expected a Location/ });
    await assert.rejects(web.fetch('/odd'), { name: 'ImageFetchError', message: /no URL/ });
  });

  test('to another scheme, to credentials and to a private address are forbidden', async () => {
    for (const location of [
      'file:///etc/passwd',
      'data:image/png;base64,AAAA',
      'ftp://example.com/',
      'http://user:hunter2@example.com/',
      'http://10.0.0.1/',
      'http://169.254.169.254/latest/meta-data/',
      'http://[fd00:ec2::254]/',
    ]) {
      await using web = await bench(redirectTo(location));
      await assert.rejects(web.fetch('/'), (error: Error) => {
        assert.equal(error.name, 'ForbiddenReferenceError', location);
        return !error.message.includes('hunter2');
      });
    }
  });

  test('from https to http are forbidden unless http is allowed', async () => {
    const get: HttpGet = async (url) => ({
      status: url.protocol === 'https:' ? 301 : 200,
      location: 'http://example.com/cat.jpg',
      body: Readable.from([Buffer.from('picture')]),
      discard: async () => {},
    });
    const fetchWith = (allowHttp: boolean): Promise<Uint8Array> =>
      createWebSource(get, { allowHttp, maxBytes: 100, maxRedirects: 5 })(
        { kind: 'web', url: new URL('https://example.com/') },
        { signal: new AbortController().signal },
      );
    await assert.rejects(fetchWith(false), {
      name: 'ForbiddenReferenceError',
      message: /received http:\/\/example\.com/,
    });
    assert.equal(Buffer.from(await fetchWith(true)).toString(), 'picture');
  });
});

suite('the address guard', () => {
  const spellings = (port: number): readonly string[] => [
    `http://127.0.0.1:${port}/`,
    `http://127.1:${port}/`,
    `http://2130706433:${port}/`,
    `http://0x7f000001:${port}/`,
    `http://0x7f.0.0.1:${port}/`,
    `http://0177.0.0.1:${port}/`,
    `http://017700000001:${port}/`,
    `http://0:${port}/`,
    `http://[::1]:${port}/`,
    `http://[::ffff:127.0.0.1]:${port}/`,
    `http://[::ffff:7f00:1]:${port}/`,
    `http://[64:ff9b::127.0.0.1]:${port}/`,
    `http://localhost:${port}/`,
    `http://LOCALHOST:${port}/`,
    `http://①②⑦.0.0.1:${port}/`,
  ];

  test('refuses every spelling of loopback, without a connection', async () => {
    await using web = await bench((_, response) => void response.end('secret'), { allowPrivate: 'none' });
    for (const url of spellings(web.port)) {
      await assert.rejects(
        web.fetch(url),
        { name: 'ForbiddenReferenceError', message: /Expected a host with a public address/ },
        url,
      );
    }
    assert.equal(web.connections(), 0);
  });

  test('lets loopback through where that is allowed, and nothing else', async () => {
    await using web = await bench((_, response) => void response.end('fine'));
    assert.equal(await web.fetch(`http://localhost:${web.port}/`), 'fine');
    for (const url of [
      'http://192.168.0.1/',
      'http://0.0.0.0/',
      'http://[fe80::1]/',
      'https://169.254.170.2/',
    ]) {
      await assert.rejects(web.fetch(url), { name: 'ForbiddenReferenceError' });
    }
  });

  test('refuses the metadata addresses even where everything private is allowed', async () => {
    await using web = await bench(never, { allowPrivate: 'all' });
    await assert.rejects(web.fetch('http://169.254.169.254/latest/'), { message: /cloud metadata/ });
  });

  const resolvingTo = (
    ...answers: readonly (readonly string[])[]
  ): LookupFunction & { readonly asked: () => number } => {
    let asked = 0;
    const lookup: LookupFunction = (_, options, callback) => {
      const found = (answers[asked] ?? []).map((address) => ({
        address,
        family: address.includes(':') ? 6 : 4,
      }));
      asked += 1;
      assert.equal(options.all, true);
      callback(null, found);
    };
    return Object.assign(lookup, { asked: () => asked });
  };

  const getWith = (lookup: LookupFunction): ReturnType<typeof createHttpGet> =>
    createHttpGet({ connections: 1, allowPrivate: 'loopback', lookup });

  test('judges the very addresses the socket uses, so a second DNS answer changes nothing', async () => {
    await using server = await serve(
      (_, response) => void response.writeHead(200, { connection: 'close' }).end('x'),
    );
    const lookup = resolvingTo(['127.0.0.1'], ['10.0.0.1']);
    const { get, close } = getWith(lookup);
    const url = new URL(`http://rebinding.example:${server.port}/`);
    const { signal } = new AbortController();
    const reply = await get(url, signal);
    assert.equal(reply.status, 200);
    // one question per connection: the answer that was judged is the one connected to
    assert.equal(lookup.asked(), 1);
    await reply.body.resume().toArray();
    await assert.rejects(get(url, signal), {
      name: 'ForbiddenReferenceError',
      message: /rebinding\.example.*private/,
    });
    assert.equal(lookup.asked(), 2);
    await close();
  });

  test('refuses a name with one refused address among good ones, and does not tell the address', async () => {
    await using server = await serve((_, response) => void response.end('x'));
    for (const answer of [
      ['127.0.0.1', '10.1.2.3'],
      ['10.1.2.3', '127.0.0.1'],
      ['127.0.0.1', '::ffff:10.1.2.3'],
    ]) {
      const { get, close } = getWith(resolvingTo(answer));
      await assert.rejects(
        get(new URL(`http://mixed.example:${server.port}/`), new AbortController().signal),
        (error: Error) => {
          assert.equal(error.name, 'ForbiddenReferenceError');
          return !error.message.includes('10.1.2.3');
        },
      );
      await close();
    }
    assert.equal(server.connections(), 0);
  });

  test('a name without an address is no reason to connect anywhere', async () => {
    const { get, close } = getWith(resolvingTo([]));
    await assert.rejects(
      get(new URL('http://nothing.example/'), new AbortController().signal),
      /No address found/,
    );
    await close();
  });
});
