import type { PageFault, PageRequest, PageSetup, PageShape } from '../page.ts';

/** What a run is asked with, beside its pictures. */
export type Settings = Omit<PageRequest, 'pictures'>;

const faults: readonly (readonly [PageFault, name: string, about: string])[] = [
  ['throttle', 'throttle', 'every third call is refused with 429'],
  ['kill', 'kill', 'three environments are killed at their work'],
  ['poison', 'poison', 'the picture in the middle kills whatever has it'],
  ['straggler', 'straggler', 'one environment stands still for four seconds'],
];

const numbers: readonly (readonly [keyof PageShape, name: string, about: string, most: number])[] = [
  ['maxWork', 'W', 'pictures an invocation keeps', 1000],
  ['parallel', 'P', 'children it has at once', 100],
  ['slots', 'S', 'slots: invocations at once', 1000],
];

interface Props {
  readonly setup: PageSetup;
  readonly settings: Settings;
  readonly onChange: (settings: Settings) => void;
}

/** Model, shape of the tree, and what is to go wrong. */
export const RunSettings = ({ setup, settings, onChange }: Props) => {
  const change = (part: Partial<Settings>) => onChange({ ...settings, ...part });
  return (
    <div class="filters">
      <label>
        Model
        <select value={settings.model} onChange={(event) => change({ model: event.currentTarget.value })}>
          {setup.models.map((name) => (
            <option key={name} value={name}>
              {name}
            </option>
          ))}
        </select>
      </label>
      {numbers.map(([field, name, about, most]) => (
        <label key={field}>
          <span>
            {name} <small>{about}</small>
          </span>
          <input
            type="number"
            min={1}
            max={most}
            required
            value={settings[field]}
            onInput={(event) => {
              const value = event.currentTarget.valueAsNumber;
              if (Number.isInteger(value) && value >= 1) change({ [field]: Math.min(most, value) });
            }}
          />
        </label>
      ))}
      {setup.kind === 'local' && (
        <fieldset class="faults">
          <legend>What goes wrong on purpose</legend>
          {faults.map(([fault, name, about]) => (
            <label key={fault}>
              <input
                type="checkbox"
                checked={settings.faults.includes(fault)}
                onChange={(event) =>
                  change({
                    faults: event.currentTarget.checked
                      ? [...settings.faults, fault]
                      : settings.faults.filter((each) => each !== fault),
                  })
                }
              />
              <span>
                {name} <small>{about}</small>
              </span>
            </label>
          ))}
        </fieldset>
      )}
    </div>
  );
};
