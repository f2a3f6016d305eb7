import { render } from 'preact';
import { useMemo, useState } from 'preact/hooks';
import { confusionOf } from '../figures.ts';
import { type Filter, noFilter } from '../filter.ts';
import type { Run } from '../run.ts';
import { Confusion } from './confusion.tsx';
import { Gallery } from './gallery.tsx';
import { Head } from './head.tsx';
import { Timeline } from './timeline.tsx';

/** The whole of a run: its figures, the tree in time, the pictures. */
export const Report = ({ run, heading }: { readonly run: Run; readonly heading?: 'h1' | 'h2' }) => {
  const [filter, setFilter] = useState<Filter>(noFilter);
  const confusion = useMemo(() => confusionOf(run.items), [run.items]);
  const select = (path: string) => setFilter((before) => ({ ...before, path }));
  return (
    <>
      <Head run={run} heading={heading ?? 'h1'} />
      {run.invocations.length > 0 && <Timeline run={run} selected={filter.path} onSelect={select} />}
      {confusion && <Confusion confusion={confusion} />}
      <Gallery items={run.items} previewCap={run.previewCap} filter={filter} onFilter={setFilter} />
    </>
  );
};

/** The data as it lies in the file: gzip, base64. */
const readRun = async (text: string): Promise<Run> => {
  const bytes = Uint8Array.from(atob(text.trim()), (character) => character.charCodeAt(0));
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream('gzip'));
  return (await new Response(stream).json()) as Run;
};

/** Shows the run that lies in the document, in it. */
export const showReport = async (): Promise<void> => {
  const data = document.getElementById('data');
  const root = document.getElementById('root');
  if (!data || !root) return;
  try {
    const run = await readRun(data.textContent ?? '');
    document.title = run.title;
    render(
      <main>
        <Report run={run} />
      </main>,
      root,
    );
  } catch (error) {
    root.textContent = `This report cannot be read: ${error instanceof Error ? error.message : String(error)}`;
  }
};
