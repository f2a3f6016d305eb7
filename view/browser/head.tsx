import { headline } from '../figures.ts';
import type { Run } from '../run.ts';
import { count, dollars, duration } from './format.ts';

const Figure = ({ name, value, bad = false }: { name: string; value: string; bad?: boolean }) => (
  <div class="figure">
    <dt>{name}</dt>
    <dd class={bad ? 'alarming' : ''}>{value}</dd>
  </div>
);

/** What ran, when, and what it came to. */
export const Head = ({ run, heading: Heading }: { readonly run: Run; readonly heading: 'h1' | 'h2' }) => {
  const { pictures, failed, perSecond, coldStarts, peakSlots, cost } = headline(run);
  const { invocations, depth, throttled, retried } = run.counts;
  return (
    <header>
      <Heading>{run.title}</Heading>
      <p class="when">
        <time dateTime={new Date(run.startedMs).toISOString()}>
          {new Date(run.startedMs).toLocaleString()}
        </time>
        {run.facts.map(([name, value]) => (
          <span key={name}>
            {name} <b>{value}</b>
          </span>
        ))}
        {run.roots.length > 0 && (
          <span>
            root request <code>{run.roots.slice(0, 3).join(' ')}</code>
            {run.roots.length > 3 && ` and ${run.roots.length - 3} more`}
          </span>
        )}
      </p>
      <dl class="figures">
        <Figure name="pictures" value={count(pictures)} />
        <Figure name="failed" value={count(failed)} bad={failed > 0} />
        {run.elapsedMs > 0 && (
          <>
            <Figure name="time" value={duration(run.elapsedMs)} />
            <Figure name="pictures/s" value={count(perSecond)} />
            <Figure name="invocations" value={count(invocations)} />
            <Figure name="depth" value={count(depth)} />
            <Figure name="cold starts" value={count(coldStarts)} />
            <Figure name="most slots" value={count(peakSlots)} />
            <Figure name="throttled" value={count(throttled)} bad={throttled > 0} />
            <Figure name="retried" value={count(retried)} bad={retried > 0} />
          </>
        )}
        {cost && <Figure name={cost.name} value={dollars(cost.usd)} />}
      </dl>
    </header>
  );
};
