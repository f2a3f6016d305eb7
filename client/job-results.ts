import type { ResultsLink, ResultsLinks } from '../engine/jobs/index.ts';

/** A reply to `GET /jobs/{id}/results`. */
interface Reply {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

const linesOf = (text: string): readonly string[] => text.split('\n').filter((line) => line !== '');

/** The lines of a part, from where it is; undefined where it is not to be had from here, or not any more. */
const download = async ({ url, start, end, skip }: ResultsLink): Promise<readonly string[] | undefined> => {
  const reply = await fetch(url).catch(() => undefined);
  const text = reply?.ok ? await reply.text().catch(() => undefined) : undefined;
  const lines = text === undefined ? [] : linesOf(text).slice(skip, skip + end - start);
  return lines.length === end - start ? lines : undefined;
};

/** The parts one after another, the next one on its way; ends early with the first that is not to be had. */
async function* downloadAll({ parts }: ResultsLinks): AsyncGenerator<readonly string[], void> {
  let coming = parts[0] && download(parts[0]);
  for (const next of parts.slice(1)) {
    const lines = await coming;
    if (!lines) return;
    coming = download(next);
    yield lines;
  }
  const last = await coming;
  if (last) yield last;
}

const nextOf = ({ headers }: Reply): string | undefined => {
  const [, query] = /^<[^?>]*\?([^>]*)>; rel="next"/.exec(headers.link ?? '') ?? [];
  return new URLSearchParams(query).get('from') ?? undefined;
};

/**
 * The results of a job in order, a line of JSON each. Those that are many are asked for by where they are. What is not to be
 * had from there (no way to the bucket, links that have grown old) is asked for again from where it ended, and if that was
 * the beginning, page by page.
 *
 * @param ask for a path and its query
 */
export async function* readResults(
  id: string,
  ask: (url: string) => Promise<Reply>,
): AsyncGenerator<string, void> {
  const path = `/jobs/${encodeURIComponent(id)}/results`;
  let linked = true;
  for (let from: string | undefined = '0'; from !== undefined; ) {
    const reply = await ask(`${path}?from=${from}${linked ? '&links=true' : ''}`);
    const next = nextOf(reply);
    if (reply.headers['content-type'] === 'application/x-ndjson') {
      yield* linesOf(reply.body);
      from = next;
      continue;
    }
    const links: ResultsLinks = JSON.parse(reply.body);
    let had = 0;
    for await (const lines of downloadAll(links)) {
      yield* lines;
      had += 1;
    }
    linked = had > 0;
    from = had === links.parts.length ? next : String(links.parts[had]?.start);
  }
}
