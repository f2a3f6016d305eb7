import { type Confusion as Figures, topTag } from '../figures.ts';
import { count, percent } from './format.ts';

const MOST_MISTAKES = 20;

/** How right the answers are, where the true classes are known. */
export const Confusion = ({ confusion }: { readonly confusion: Figures }) => {
  const { known, right, amongTags, classes, matrix, mistakes } = confusion;
  const most = Math.max(1, ...matrix.flat());
  return (
    <section aria-labelledby="truth-heading">
      <h2 id="truth-heading">Against the truth</h2>
      <p>
        <b>{percent(right / known)}</b> of {count(known)} pictures are right ({count(right)});{' '}
        <b>{percent(amongTags / known)}</b> have the right class among their tags.
      </p>
      {classes.length > 0 && (
        <div class="scrolls">
          <table class="matrix">
            <caption>
              True class (row) against the class that was given (column): {classes.length} classes that were
              confused
            </caption>
            <thead>
              <tr>
                <td />
                {classes.map((name) => (
                  <th key={name} scope="col">
                    <span>{name}</span>
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {classes.map((name, row) => (
                <tr key={name}>
                  <th scope="row">{name}</th>
                  {classes.map((column, index) => {
                    const found = matrix[row]?.[index] ?? 0;
                    return (
                      <td
                        key={column}
                        class={row === index ? 'right' : 'wrong'}
                        style={{ '--share': found / most }}
                      >
                        {found || ''}
                      </td>
                    );
                  })}
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
      {mistakes.length > 0 && (
        <ol class="mistakes">
          {mistakes.slice(0, MOST_MISTAKES).map((item) => (
            <li key={item.name}>
              {item.preview && (
                <img src={`data:image/webp;base64,${item.preview}`} alt="" width={48} height={48} />
              )}
              <span>
                <b>{topTag(item)?.class ?? item.error?.name ?? 'no answer'}</b>{' '}
                {percent(topTag(item)?.confidence ?? 0)} instead of <b>{item.truth}</b>
                <br />
                <small title={item.name}>{item.name.split('/').at(-1) || item.name}</small>
              </span>
            </li>
          ))}
        </ol>
      )}
    </section>
  );
};
