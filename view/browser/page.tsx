import { render } from 'preact';
import { useCallback, useEffect, useMemo, useRef, useState } from 'preact/hooks';
import { begun, drawn, type LiveRun, told } from '../live-run.ts';
import type { PageEvent, PageSetup } from '../page.ts';
import { type Chosen, previewOf, sent } from './chosen.ts';
import { runDeployed } from './deployed.ts';
import { startRun } from './host.ts';
import { Picker } from './picker.tsx';
import { Report } from './report.tsx';
import { SameElsewhere } from './same-elsewhere.tsx';
import { RunSettings, type Settings } from './settings.tsx';

/** How often a run under way is drawn, ms. */
const FRAME_MS = 100;

/** Fills in the previews of what was chosen, one after the other. */
const usePreviews = (chosen: readonly Chosen[], onPreview: (key: string, preview: string) => void) => {
  const asked = useRef(new Set<string>());
  useEffect(() => {
    const load = async ({ file, picture }: Chosen): Promise<Blob | undefined> => {
      if (picture?.kind !== 'sample') return file;
      const response = await fetch(`/page/samples/${encodeURIComponent(picture.name)}`);
      return response.ok ? response.blob() : undefined;
    };
    const fill = async () => {
      for (const one of chosen) {
        if (one.preview !== undefined || asked.current.has(one.key)) continue;
        asked.current.add(one.key);
        const blob = await load(one);
        const preview = blob && (await previewOf(blob));
        if (preview) onPreview(one.key, preview);
      }
    };
    void fill();
  }, [chosen]);
};

/** A run as it is asked for and told of. */
const useRun = (setup: PageSetup, token: string) => {
  const [live, setLive] = useState<LiveRun>();
  const [nowMs, setNow] = useState(0);
  const stop = useRef<AbortController | undefined>(undefined);
  const running = live?.state === 'running';

  useEffect(() => {
    if (!running) return undefined;
    const timer = setInterval(() => setNow(Date.now()), FRAME_MS);
    return () => clearInterval(timer);
  }, [running]);

  const start = async (chosen: readonly Chosen[], settings: Settings) => {
    const previews = chosen.map(({ preview }) => preview);
    const abort = new AbortController();
    stop.current = abort;
    const onEvent = (event: PageEvent) => {
      const preview = event.kind === 'item' ? previews[event.index] : undefined;
      const shown =
        event.kind === 'item' && preview !== undefined
          ? { ...event, item: { ...event.item, preview } }
          : event;
      setLive((before) => before && told(before, shown));
    };
    setNow(Date.now());
    setLive(begun('droste classify', chosen.length, Date.now()));
    try {
      if (setup.kind === 'deployed') {
        await runDeployed(chosen, settings, { setup, token, signal: abort.signal, onEvent });
        return;
      }
      const pictures = await sent(chosen, setup);
      await startRun({ ...settings, pictures }, setup, { signal: abort.signal, onEvent });
    } catch (error) {
      const message = abort.signal.aborted
        ? 'Stopped.'
        : error instanceof Error
          ? error.message
          : String(error);
      onEvent({ kind: 'failed', message });
    }
  };
  return { live, nowMs, running, start, stop: () => stop.current?.abort() };
};

/** The token that opens the API. It is kept by this page, while it is open, and by nothing else. */
const Token = ({
  value,
  onChange,
}: {
  readonly value: string;
  readonly onChange: (token: string) => void;
}) => (
  <label class="token">
    <span>
      Access token <small>a JWT of your identity provider; forgotten when this page is closed</small>
    </span>
    <input
      type="password"
      autoComplete="off"
      spellcheck={false}
      required
      value={value}
      onInput={(event) => onChange(event.currentTarget.value.trim().replace(/^Bearer\s+/i, ''))}
    />
  </label>
);

/** The page of a local host, or of a deployed stack: choose pictures, see the tree grow. */
export const Page = ({ setup }: { readonly setup: PageSetup }) => {
  const [chosen, setChosen] = useState<readonly Chosen[]>([]);
  const [settings, setSettings] = useState<Settings>({
    ...setup.shape,
    model: setup.models[0] ?? '',
    faults: [],
  });
  const [token, setToken] = useState('');
  const { live, nowMs, running, start, stop } = useRun(setup, token);
  const add = useCallback((added: readonly Chosen[]) => {
    setChosen((before) => [...before, ...added.filter(({ key }) => before.every((one) => one.key !== key))]);
  }, []);
  usePreviews(chosen, (key, preview) =>
    setChosen((before) => before.map((one) => (one.key === key ? { ...one, preview } : one))),
  );
  const run = useMemo(() => live && drawn(live, nowMs), [live, nowMs]);

  return (
    <main>
      <header>
        <h1>droste</h1>
        <p class="quiet">
          {setup.kind === 'local'
            ? `Labels pictures by a function that calls itself, on this machine, in up to ${setup.concurrency} execution environments. Nothing leaves it.`
            : 'Labels pictures by a function that calls itself, on AWS. They are sent to this API and nowhere else; a picture above 3 MB is sent at most 2,048 pixels wide or high.'}
        </p>
      </header>
      <Picker setup={setup} chosen={chosen} onAdd={add} onClear={() => setChosen([])} />
      <form
        class="run"
        aria-label="Run"
        onSubmit={(event) => {
          event.preventDefault();
          void start(chosen, settings);
        }}
      >
        {setup.kind === 'deployed' && <Token value={token} onChange={setToken} />}
        <RunSettings setup={setup} settings={settings} onChange={setSettings} />
        <p class="bar">
          <button type="submit" class="main" disabled={chosen.length === 0 || running}>
            Label {chosen.length} picture{chosen.length === 1 ? '' : 's'}
          </button>
          <button type="button" disabled={!running} onClick={stop}>
            Stop
          </button>
          <span role="status">
            {live?.state === 'running' &&
              `${live.items.filter((item) => item !== undefined).length} of ${live.items.length} answered`}
          </span>
        </p>
      </form>
      {live?.message !== undefined && (
        <p class="error" role="alert">
          {live.message}
        </p>
      )}
      <SameElsewhere setup={setup} settings={settings} chosen={chosen} />
      {run && (live?.roots.length ?? 0) > 0 && <Report key={live?.beganMs} run={run} heading="h2" />}
    </main>
  );
};

/** Shows the page, in the document that has its setup. */
export const showPage = (): void => {
  const data = document.getElementById('data');
  const root = document.getElementById('root');
  if (!data || !root) return;
  const bytes = Uint8Array.from(atob((data.textContent ?? '').trim()), (character) =>
    character.charCodeAt(0),
  );
  render(<Page setup={JSON.parse(new TextDecoder().decode(bytes)) as PageSetup} />, root);
};
