import assert from 'node:assert/strict';
import type { RequestListener } from 'node:http';
import { Readable } from 'node:stream';
import { suite, test } from 'node:test';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { gzipSync } from 'node:zlib';
import { parseReference } from '../../images/reference.ts';
import { createSources } from '../../images/sources/index.ts';
import { readLimited } from '../../images/sources/read-limited.ts';
import { nextTurn } from '../../platform/index.ts';
import { serve } from '../images/support/http-server.ts';

/** What comes of a server's answer, and how many requests it took. */
const fetched = async (listener: RequestListener, timeoutMs = 60_000): Promise<Uint8Array | Error> => {
  await using server = await serve(listener);
  const sources = createSources({
    allowHttp: true,
    allowFile: false,
    allowPrivate: 'loopback',
    maxBytes: 1_000_000,
    timeoutMs,
  });
  try {
    return await sources.fetch(parseReference(`${server.origin}/picture.jpg`));
  } catch (error) {
    assert.ok(error instanceof Error);
    return error;
  } finally {
    await sources.close();
  }
};

suite('a server that means harm', () => {
  test('packs 100 MB into 100 KB: nothing is unpacked, so it is what it is', async () => {
    const packed = gzipSync(Buffer.alloc(100_000_000));
    const bytes = await fetched((_, response) => {
      response.writeHead(200, { 'content-encoding': 'gzip', 'content-type': 'image/jpeg' }).end(packed);
    });
    assert.ok(bytes instanceof Uint8Array);
    assert.equal(bytes.length, packed.length);
  });

  test('drips its headers, or its body, for ever: the limit of time holds for all of it', async () => {
    for (const head of ['', 'HTTP/1.1 200 OK\r\ncontent-length: 1000\r\n\r\n']) {
      const drips: NodeJS.Timeout[] = [];
      const failure = await fetched((_, { socket }) => {
        socket?.write(head);
        drips.push(setInterval(() => socket?.write('x'), 20));
      }, 500);
      for (const drip of drips) clearInterval(drip);
      assert.ok(failure instanceof Error);
      assert.equal(failure.name, 'ImageFetchError');
    }
  });

  test('announces less than it sends: no more is taken for the picture', async () => {
    const bytes = await fetched((_, { socket }) => {
      socket?.end('HTTP/1.1 200 OK\r\ncontent-length: 3\r\nconnection: close\r\n\r\nabcdef');
    });
    if (bytes instanceof Error) assert.equal(bytes.name, 'ImageFetchError');
    else assert.equal(Buffer.from(bytes).toString(), 'abc');
  });

  test('announces more than it sends: no short picture comes of it', async () => {
    const failure = await fetched((_, { socket }) => {
      socket?.end('HTTP/1.1 200 OK\r\ncontent-length: 900000\r\nconnection: close\r\n\r\nabc');
    });
    assert.ok(failure instanceof Error);
    assert.equal(failure.name, 'ImageFetchError');
  });
});

test('a body of many small chunks is kept as its bytes: the chunks are let go', async () => {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  const sent: WeakRef<Uint8Array>[] = [];
  let kept = Number.NaN;
  const body = Readable.from(
    (async function* () {
      for (let count = 0; count < 1_000; count++) {
        const chunk = new Uint8Array([count]);
        sent.push(new WeakRef(chunk));
        yield chunk;
      }
      // what was looked at is kept to the end of its turn
      await nextTurn();
      collect();
      kept = sent.filter((chunk) => chunk.deref() !== undefined).length;
    })(),
  );
  const bytes = await readLimited({ body }, { name: 'it', maxBytes: 1_000 });
  assert.deepEqual(
    bytes,
    Uint8Array.from({ length: 1_000 }, (_, count) => count),
  );
  assert.ok(kept < 200, `${kept} of 1000 chunks are kept`);
});
