/**
 * The process transformers.js runs in. Told a `PeerTask` it loads the pipeline and answers the version; told a batch
 * size it classifies all files once, in batches of that many, and answers the number of results.
 */
import { createRequire } from 'node:module';

/** What the process is told first. */
export interface PeerTask {
  /** Path of the package's main file. */
  readonly entry: string;
  /** Folder of folders of models, each as the package expects it, and the name of one. */
  readonly models: string;
  readonly model: string;
  /** Paths of the photos. */
  readonly files: readonly string[];
}

type Feeds = Readonly<Record<string, unknown>>;

interface Session {
  readonly inputNames: readonly string[];
  run(feeds: Feeds): Promise<Feeds>;
}

interface Classifier {
  (files: readonly string[]): Promise<readonly (readonly { readonly label: string }[])[]>;
  readonly model: { readonly sessions: { model: Session } };
}

/** What is used of the package, which is no dependency: its types cannot be imported. */
interface Transformers {
  readonly env: {
    readonly version: string;
    allowRemoteModels: boolean;
    localModelPath: string;
    useFSCache: boolean;
  };
  pipeline(
    task: 'image-classification',
    model: string,
    options: { device: 'cpu'; dtype: 'q8' },
  ): Promise<Classifier>;
}

/** The names that the pipeline insists on, for a model whose one input and one output are named otherwise. */
const renamed = (session: Session): Session => {
  const [input = 'input'] = session.inputNames;
  return {
    inputNames: ['pixel_values'],
    run: async ({ pixel_values }) => {
      const [logits] = Object.values(await session.run({ [input]: pixel_values }));
      return { logits };
    },
  };
};

const prepare = async ({ entry, models, model, files }: PeerTask) => {
  const { env, pipeline }: Transformers = createRequire(import.meta.url)(entry);
  env.allowRemoteModels = false;
  env.localModelPath = models;
  env.useFSCache = false;
  const classifier = await pipeline('image-classification', model, { device: 'cpu', dtype: 'q8' });
  classifier.model.sessions.model = renamed(classifier.model.sessions.model);
  const run = async (batch: number): Promise<number> => {
    let results = 0;
    for (let from = 0; from < files.length; from += batch)
      results += (await classifier(files.slice(from, from + batch))).length;
    return results;
  };
  return { version: env.version, run };
};

let peer: Awaited<ReturnType<typeof prepare>> | undefined;

process.on('message', async (message: PeerTask | number) => {
  if (typeof message === 'number') {
    process.send?.(await peer?.run(message));
    return;
  }
  peer = await prepare(message);
  process.send?.(peer.version);
});
