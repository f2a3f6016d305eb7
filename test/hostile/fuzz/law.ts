import assert from 'node:assert/strict';
import { DrosteError } from '../../../platform/index.ts';
import { type Chance, chanceOf } from './mutate.ts';

/** One kind of thing that comes from outside, and who reads it. */
export interface Fuzzer {
  readonly name: string;
  /** Makes ready; what is opened is closed at the end. */
  open(): Promise<OpenFuzzer>;
}

export interface OpenFuzzer {
  /** Makes a case and has it read; what came of it as a text that says everything that has to be the same again. */
  once(chance: Chance): Promise<Read>;
  close(): Promise<void>;
}

/** What came of one case. */
export interface Read {
  readonly answer: string;
  /** How large the case was. */
  readonly bytes: number;
}

/** How long, and with what. */
export interface FuzzRun {
  readonly seed: number;
  readonly ms: number;
  /** The first case; a failure names it. Default 0. */
  readonly from?: number;
  /** Most cases. Default: as many as there is time for. */
  readonly cases?: number;
}

/** Of a function of 1,769 MB. */
const MEMORY_BYTES = 1_769 * 2 ** 20;

/**
 * CPU time that reading may take: what anything takes, and beyond that in proportion. A hundred times what it was seen
 * to take, so that no machine is too slow for it, and a hang or a square all the same is found.
 */
const cpuMsFor = (bytes: number): number => 5_000 + bytes / 20;

/** A refusal in our words: of our family, short, without control characters. Anything else is thrown on. */
export const refusal = (error: unknown): string => {
  if (!(error instanceof DrosteError)) throw error;
  checkMessage(error.name, error.message);
  return `${error.name}: ${error.message}`;
};

/** Laws of every message, wherever it is. */
export const checkMessage = (name: string, message: string): void => {
  assert.match(name, /^[A-Z][A-Za-z.]{2,60}$/, 'a name that is none');
  assert.ok(message.length < 17_000, `${name}: a message of ${message.length} characters`);
  assert.doesNotMatch(message, /[^\P{Cc}\n]/u, `${name}: control characters in ${JSON.stringify(message)}`);
};

/** Without the instants in messages. */
const timeless = ({ answer, bytes }: Read): Read => ({
  answer: answer.replaceAll(/\d{4}-\d\d-\d\dT[\d:.]{8,12}Z/g, 'now'),
  bytes,
});

/** Runs a fuzzer's cases, each twice, and holds them to the laws. @returns how many cases there were */
export const fuzz = async (
  fuzzer: Fuzzer,
  { seed, ms, from = 0, cases = Number.POSITIVE_INFINITY }: FuzzRun,
) => {
  const { once, close } = await fuzzer.open();
  const endMs = performance.now() + ms;
  let number = from;
  let slowest = 0;
  try {
    for (; performance.now() < endMs && number < from + cases; number++) {
      const before = process.cpuUsage();
      const { answer, bytes } = timeless(await once(chanceOf(seed, number)));
      const { user, system } = process.cpuUsage(before);
      const cpuMs = (user + system) / 1_000;
      slowest = Math.max(slowest, cpuMs);
      assert.ok(cpuMs < cpuMsFor(bytes), `${cpuMs} ms of CPU for ${bytes} bytes`);
      assert.equal(
        timeless(await once(chanceOf(seed, number))).answer,
        answer,
        'the same case, another answer',
      );
      assert.ok(process.memoryUsage.rss() < MEMORY_BYTES, `${process.memoryUsage.rss()} bytes of memory`);
    }
  } catch (error) {
    const again = `npm run fuzz -- --only ${fuzzer.name} --seed ${seed} --from ${number} --cases 1`;
    throw new Error(`${fuzzer.name}, case ${number}: ${(error as Error).message}\n${again}`, {
      cause: error,
    });
  } finally {
    await close();
  }
  return { cases: number - from, slowestCpuMs: Math.round(slowest) };
};
