import type { PagePicture, PageRequest, PageSetup } from './page.ts';

/** The same request in other ways, to copy. */
export interface Snippets {
  readonly command: string;
  readonly curl: string;
  readonly sdk: string;
}

/** A word of a POSIX shell, quoted where it has to be. */
const word = (text: string | number): string =>
  /^[\w@%+=:,./-]+$/.test(String(text)) ? String(text) : `'${String(text).replaceAll("'", `'\\''`)}'`;

/** A picture as the command takes it: one that was dropped goes by its name. */
const typed = (picture: PagePicture, { samples }: PageSetup): string =>
  picture.kind === 'sample'
    ? `${samples.folder}/${picture.name}`
    : picture.kind === 'link'
      ? picture.url
      : picture.name;

/** As many pictures as a person reads over; all samples are their folder. */
const MOST_NAMED = 6;

const inputsOf = (pictures: readonly PagePicture[], setup: PageSetup): readonly string[] => {
  const isSamples =
    pictures.length === setup.samples.names.length && pictures.every(({ kind }) => kind === 'sample');
  return isSamples ? [`${setup.samples.folder}/`] : pictures.map((picture) => typed(picture, setup));
};

/**
 * The command, the `curl` and the call of the AWS SDK that do what the page does. `curl` and the SDK name pictures by
 * reference: one that lies on a disk is `file://` and its path, which only the local host reads; for a deployed function
 * it has to lie in a bucket.
 *
 * @param origin of the page
 */
export const snippetsOf = (request: PageRequest, setup: PageSetup, origin: string): Snippets => {
  const { pictures, model, maxWork, parallel, slots } = request;
  const inputs = inputsOf(pictures, setup);
  const chosen = model === setup.models[0] ? [] : ['--model', model];
  const shape = ['--max-work', maxWork, '--parallel', parallel, '--slots', slots];
  const isLocal = setup.kind === 'local';
  const command = [
    ...(isLocal ? ['npm', 'start', '--'] : ['npm', 'run', 'droste', '--', 'classify']),
    ...inputs.map(word),
    ...(isLocal ? chosen.map(word) : ['--function', '"$ALIAS_ARN"']),
    ...shape,
    ...(isLocal ? ['--concurrency', setup.concurrency] : []),
  ].join(' ');
  const place = isLocal ? 'file:///path/to/' : 's3://your-bucket/';
  const images = pictures
    .slice(0, MOST_NAMED)
    .map((picture) => (picture.kind === 'link' ? picture.url : `${place}${typed(picture, setup)}`));
  const options = {
    topK: 5,
    onError: 'collect',
    maxWorkPerRequest: maxWork,
    numParallelRequests: parallel,
    slots,
    ...(chosen.length > 0 && { models: [model] }),
  };
  const body = { images, options };
  return {
    command,
    curl: [
      `curl -s ${origin}/classify -H ${isLocal ? '"x-droste-token: $DROSTE_TOKEN"' : '"authorization: Bearer $TOKEN"'}`,
      `-H 'content-type: application/json' -d ${word(JSON.stringify(body))}`,
    ].join(' \\\n  '),
    sdk: [
      isLocal
        ? `const client = new LambdaClient({ endpoint: '${setup.invokeEndpoint}', region: 'us-east-1' });`
        : 'const client = new LambdaClient({});',
      'const reply = await client.send(',
      '  new InvokeCommand({',
      `    FunctionName: ${isLocal ? "'classify:live'" : 'process.env.ALIAS_ARN'},`,
      `    Payload: JSON.stringify(${JSON.stringify(body, undefined, 2).replaceAll('\n', '\n    ')}),`,
      '  }),',
      ');',
      'console.log(JSON.parse(reply.Payload.transformToString()));',
    ].join('\n'),
  };
};
