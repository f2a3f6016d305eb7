import { useState } from 'preact/hooks';
import type { PageSetup } from '../page.ts';
import { snippetsOf } from '../snippets.ts';
import type { Chosen } from './chosen.ts';
import type { Settings } from './settings.tsx';

const Snippet = ({ name, text }: { readonly name: string; readonly text: string }) => {
  const [said, setSaid] = useState('');
  const copy = () =>
    navigator.clipboard.writeText(text).then(
      () => setSaid('copied'),
      (error: Error) => setSaid(`not copied: ${error.message}`),
    );
  return (
    <div class="snippet">
      <div class="bar">
        <h3>{name}</h3>
        <button type="button" onClick={copy}>
          Copy<span class="unseen"> {name}</span>
        </button>
        <span role="status">{said}</span>
      </div>
      <pre>
        <code>{text}</code>
      </pre>
    </div>
  );
};

/** The same run as a command, by curl and by the AWS SDK. */
export const SameElsewhere = ({
  setup,
  settings,
  chosen,
}: {
  readonly setup: PageSetup;
  readonly settings: Settings;
  readonly chosen: readonly Chosen[];
}) => {
  const pictures = chosen.map(({ name, picture }) => picture ?? { kind: 'upload' as const, id: '', name });
  const { command, curl, sdk } = snippetsOf({ ...settings, pictures }, setup, location.origin);
  return (
    <details>
      <summary>The same without this page</summary>
      <Snippet name="Command" text={command} />
      <Snippet name="curl" text={curl} />
      <Snippet name="AWS SDK" text={sdk} />
      <p class="quiet">
        {setup.kind === 'local' ? (
          <>
            <code>DROSTE_TOKEN</code> is what <code>npm run local</code> prints; this page has another one,
            that opens nothing but the page.
          </>
        ) : (
          <>
            <code>ALIAS_ARN</code> is the output <code>AliasArn</code> of the stack; the command and the SDK
            sign with your AWS credentials. <code>TOKEN</code> is the one above.
          </>
        )}
      </p>
    </details>
  );
};
