import { useEffect, useRef, useState } from 'preact/hooks';
import type { PageSetup } from '../page.ts';
import { Camera } from './camera.tsx';
import { type Chosen, chosenFiles, chosenLinks, chosenSamples } from './chosen.ts';

/** Pictures whose previews are shown before a run. */
const SHOWN = 60;

interface Props {
  readonly setup: PageSetup;
  readonly chosen: readonly Chosen[];
  readonly onAdd: (added: readonly Chosen[]) => void;
  readonly onClear: () => void;
}

/** Where pictures come from: dropped, picked, pasted, photographed, samples, addresses. */
export const Picker = ({ setup, chosen, onAdd, onClear }: Props) => {
  // what lies in a bucket only the deployed function may read
  const schemes = setup.kind === 'local' ? ['https'] : ['https', 's3'];
  const [over, setOver] = useState(false);
  const [camera, setCamera] = useState(false);
  const input = useRef<HTMLInputElement>(null);

  // pasting is for the whole page, but not into a field
  useEffect(() => {
    const onPaste = (event: ClipboardEvent) => {
      if (event.target instanceof HTMLInputElement) return;
      const files = [...(event.clipboardData?.files ?? [])];
      const found =
        files.length > 0
          ? chosenFiles(files)
          : chosenLinks(event.clipboardData?.getData('text/plain') ?? '', schemes);
      if (found.length > 0) onAdd(found);
    };
    document.addEventListener('paste', onPaste);
    return () => document.removeEventListener('paste', onPaste);
  }, [onAdd]);

  return (
    <section aria-labelledby="picker-heading">
      <h2 id="picker-heading">Pictures to label</h2>
      {/* biome-ignore lint/a11y/noStaticElementInteractions: dropping is one way of several, the button does the same */}
      <div
        class={over ? 'drop over' : 'drop'}
        onDragOver={(event) => {
          event.preventDefault();
          setOver(true);
        }}
        onDragLeave={() => setOver(false)}
        onDrop={(event) => {
          event.preventDefault();
          setOver(false);
          onAdd(chosenFiles([...(event.dataTransfer?.files ?? [])]));
        }}
      >
        <p>
          Drop pictures here, paste them (or {schemes.map((scheme) => `${scheme}://`).join(' and ')} addresses
          of some), or
        </p>
        <p class="bar">
          <button type="button" onClick={() => input.current?.click()}>
            Choose files…
          </button>
          {setup.samples.names.length > 0 && (
            <button type="button" onClick={() => onAdd(chosenSamples(setup.samples.names))}>
              Take the {setup.samples.names.length} samples
            </button>
          )}
          <button type="button" onClick={() => setCamera(true)}>
            Camera…
          </button>
          <button type="button" disabled={chosen.length === 0} onClick={onClear}>
            Clear
          </button>
        </p>
        <input
          ref={input}
          class="unseen"
          type="file"
          accept="image/*"
          multiple
          tabIndex={-1}
          aria-label="Pictures from this machine"
          onChange={(event) => {
            onAdd(chosenFiles([...(event.currentTarget.files ?? [])]));
            event.currentTarget.value = '';
          }}
        />
        <p class="quiet" role="status">
          {chosen.length === 0
            ? 'No picture yet.'
            : `${chosen.length} picture${chosen.length === 1 ? '' : 's'}`}
        </p>
        <ul class="chosen" aria-label="Chosen pictures">
          {chosen.slice(0, SHOWN).map(({ key, name, preview }) => (
            <li key={key} title={name}>
              {preview ? <img src={`data:image/webp;base64,${preview}`} alt={name} /> : <span>{name}</span>}
            </li>
          ))}
        </ul>
      </div>
      {camera && (
        <Camera
          onClose={() => setCamera(false)}
          onPicture={(picture) => {
            setCamera(false);
            onAdd(chosenFiles([picture]));
          }}
        />
      )}
    </section>
  );
};
