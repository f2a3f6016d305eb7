import { useEffect, useRef } from 'preact/hooks';
import type { RunAnswer, RunItem } from '../run.ts';
import { duration, percent } from './format.ts';

const Tags = ({ answer, most }: { readonly answer: RunAnswer; readonly most: number }) =>
  answer.text === undefined ? (
    <ul class="tags">
      {answer.tags.slice(0, most).map((tag) => (
        <li key={tag.class}>
          <span class="tag" title={tag.class}>
            {tag.class}
          </span>
          <meter min={0} max={1} value={tag.confidence} aria-hidden="true" />
          <span class="confidence">{percent(tag.confidence)}</span>
        </li>
      ))}
    </ul>
  ) : (
    <span class="said">{answer.text}</span>
  );

const Preview = ({ item, size }: { readonly item: RunItem; readonly size: number }) =>
  item.preview ? (
    <img class="preview" src={`data:image/webp;base64,${item.preview}`} alt="" width={size} height={size} />
  ) : (
    <div class="preview none" style={{ width: `${size}px`, height: `${size}px` }} aria-hidden="true">
      {item.error ? '!' : '◻'}
    </div>
  );

interface CardProps {
  readonly item: RunItem;
  readonly index: number;
  /** The one that Tab comes to; arrow keys move it. */
  readonly current: boolean;
  readonly onOpen: () => void;
  readonly onKeyDown: (event: KeyboardEvent) => void;
}

/** A picture and what was said of it, as small as it can be read. */
export const Card = ({ item, index, current, onOpen, onKeyDown }: CardProps) => {
  const single = item.answers.length === 1;
  return (
    <li class={item.error ? 'card bad' : 'card'}>
      <button
        type="button"
        data-index={index}
        tabIndex={current ? 0 : -1}
        onClick={onOpen}
        onKeyDown={onKeyDown}
      >
        <Preview item={item} size={96} />
        <span class="about">
          <span class="name" title={item.name}>
            <bdi>{item.name.split('/').at(-1) || item.name}</bdi>
          </span>
          {item.error && (
            <span class="error" title={item.error.message}>
              <b>{item.error.name}</b> {item.error.message}
            </span>
          )}
          {item.answers.slice(0, 3).map((answer) => (
            <span key={answer.model} class="answer">
              {!single && <small>{answer.model}</small>}
              <Tags answer={answer} most={single ? 3 : 1} />
            </span>
          ))}
        </span>
      </button>
    </li>
  );
};

interface DetailProps {
  readonly item: RunItem;
  readonly onClose: () => void;
  readonly onPath: (path: string) => void;
}

/** All that is known of one picture. */
export const Detail = ({ item, onClose, onPath }: DetailProps) => {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => dialog.current?.showModal(), []);
  return (
    <dialog ref={dialog} onClose={onClose} aria-labelledby="detail-name">
      <h3 id="detail-name">
        <bdi>{item.name}</bdi>
      </h3>
      <div class="detail">
        <Preview item={item} size={192} />
        <div>
          {item.error && (
            <p class="error">
              <b>{item.error.name}</b> {item.error.message}
            </p>
          )}
          {item.truth !== undefined && (
            <p>
              Truth: <b>{item.truth}</b>
            </p>
          )}
          {item.answers.map((answer) => (
            <div key={answer.model}>
              <h4>{answer.model}</h4>
              <Tags answer={answer} most={100} />
            </div>
          ))}
          {item.measures && (
            <dl class="measures">
              {Object.entries(item.measures).map(([name, ms]) => (
                <div key={name}>
                  <dt>{name.replace('Ms', '')}</dt>
                  <dd>{duration(ms)}</dd>
                </div>
              ))}
            </dl>
          )}
          {item.paths && (
            <p>
              Answered by
              {item.paths.map((path) => (
                <>
                  {' '}
                  <button key={path} type="button" onClick={() => onPath(path)}>
                    {path}
                  </button>
                </>
              ))}
            </p>
          )}
        </div>
      </div>
      <form method="dialog">
        <button type="submit">Close</button>
      </form>
    </dialog>
  );
};
