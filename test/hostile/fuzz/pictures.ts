import assert from 'node:assert/strict';
import { startLocalHost } from '../../../local/index.ts';
import { checkMessage, type Fuzzer } from './law.ts';
import { type Chance, mutateBytes } from './mutate.ts';
import { pictureSeeds } from './picture-seeds.ts';

/** Pictures of one case: one is whole, the others are not. */
const AT_ONCE = 12;

/** Of the function: a second of one core or so, and generously beyond that. */
const MAX_DECODE_WORK = 1e9;
const MAX_CPU_MS = 10_000;

interface Answered {
  readonly results: { readonly answers: readonly string[]; readonly cpuMs: number };
}

const mutated = (seeds: readonly Uint8Array[], chance: Chance): Uint8Array => {
  const bytes = mutateBytes(chance.pick(seeds), chance);
  // the head of one and the body of another
  if (!chance.oneIn(10)) return bytes;
  const other = chance.pick(seeds);
  return Buffer.concat([
    bytes.subarray(0, chance.below(bytes.length)),
    other.subarray(chance.below(other.length)),
  ]);
};

const isRefused = /^(ImageDecodeError|UnsupportedImageError|ImageTooLargeError): (.*)$/s;

/** Answers are digests of pixels, or refusals of our own. */
const checkAnswer = (answer: string): void => {
  if (/^[0-9a-f]{16}$/.test(answer)) return;
  const [, name = '', message = ''] = isRefused.exec(answer) ?? [];
  assert.notEqual(name, '', `neither a picture nor a refusal: ${answer}`);
  checkMessage(name, message);
};

/** Bytes of every format, decoded and made small in a function of 1,769 MB: what it is killed by is found. */
export const pictureFuzzer: Fuzzer = {
  name: 'pictures',
  open: async () => {
    const seeds = await pictureSeeds();
    const whole = Buffer.from(seeds[0] ?? []).toString('base64');
    const ends: string[] = [];
    let expected: string | undefined;
    const host = await startLocalHost({
      concurrency: 1,
      functions: [
        {
          name: 'decode',
          module: new URL('./decode-function.ts', import.meta.url).href,
          environment: {
            MAX_WORK_PER_REQUEST: '64',
            FANOUT_ENABLED: 'false',
            MAX_DECODE_WORK: String(MAX_DECODE_WORK),
          },
          timeoutMs: 600_000,
        },
      ],
      observe: (event) => {
        if (event.kind === 'environment ended' && event.reason !== 'host closed') ends.push(event.reason);
      },
    });
    return {
      close: () => host.close(),
      once: async (chance) => {
        const items = Array.from({ length: AT_ONCE - 1 }, () =>
          Buffer.from(mutated(seeds, chance)).toString('base64'),
        );
        const reply = await host.invoke('decode', JSON.stringify([...items, whole]));
        const text = reply.kind === 'executed' ? reply.payload.toString() : reply.kind;
        assert.deepEqual(ends, [], `an environment was lost: ${text}`);
        assert.equal(reply.kind === 'executed' && reply.functionError, undefined, text);
        const results = (JSON.parse(text) as readonly Answered[]).map((answered) => answered.results);
        assert.equal(results.length, AT_ONCE);
        for (const { answers, cpuMs } of results) {
          answers.forEach(checkAnswer);
          assert.ok(cpuMs < MAX_CPU_MS, `${cpuMs} ms of CPU for one picture`);
        }
        const good = results.at(-1)?.answers.join() ?? '';
        expected ??= good;
        assert.equal(good, expected, 'a good picture beside bad ones');
        return {
          answer: results.map(({ answers }) => answers.join('\n')).join('\n'),
          bytes: items.join('').length,
        };
      },
    };
  },
};
