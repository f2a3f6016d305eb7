import {
  type AnsweredCall,
  type BatchReply,
  CALL_MAX_CHARACTERS,
  cutIntoCalls,
  eventsOf,
  rootId,
  wholeOf,
} from '../calls.ts';
import type { DeployedSetup, PageEvent } from '../page.ts';
import type { Chosen } from './chosen.ts';
import type { Settings } from './settings.tsx';

/** Calls open at once; each is the root of a tree, with its share of the slots. */
const CALLS = 4;

/** Base64 has four characters for three bytes. */
const FILE_MAX_BYTES = (CALL_MAX_CHARACTERS / 4) * 3 - 1024;
/** What a picture that is larger is made smaller to, pixels, and how well. */
const REDUCED_SIDE = 2048;
const REDUCED_QUALITY = 0.92;
/** About what it takes then. */
const REDUCED_CHARACTERS = 1_500_000;

/** Tries of a call that is refused for now, and how long to wait before the next one, ms. */
const TRIES = 4;
const WAIT_MS = 1000;

const dataUri = (file: Blob): Promise<string> => {
  const type = file.type.startsWith('image/') ? file.type : 'image/x-unknown';
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(String(reader.result));
    reader.onerror = () => reject(reader.error);
    reader.readAsDataURL(new Blob([file], { type }));
  });
};

/** A picture as small as a call takes it, upright. @throws Error where this browser cannot decode it */
const reduced = async (file: Blob): Promise<Blob> => {
  const bitmap = await createImageBitmap(file);
  const scale = Math.min(1, REDUCED_SIDE / Math.max(bitmap.width, bitmap.height));
  const canvas = new OffscreenCanvas(Math.round(bitmap.width * scale), Math.round(bitmap.height * scale));
  canvas.getContext('2d')?.drawImage(bitmap, 0, 0, canvas.width, canvas.height);
  bitmap.close();
  return canvas.convertToBlob({ type: 'image/jpeg', quality: REDUCED_QUALITY });
};

/** A picture as the function takes it: an address as it is, a file in the request. */
const referenceOf = async ({ file, picture, name }: Chosen): Promise<string> => {
  if (picture?.kind === 'link') return picture.url;
  if (!file) return name;
  return dataUri(file.size > FILE_MAX_BYTES ? await reduced(file) : file);
};

const charactersOf = ({ file, name }: Chosen): number =>
  file
    ? file.size > FILE_MAX_BYTES
      ? REDUCED_CHARACTERS
      : Math.ceil((file.size * 4) / 3) + 64
    : name.length;

/** What the API says of a call that it does not take. */
const refusalOf = async (response: Response): Promise<Error> => {
  if (response.status === 401 || response.status === 403) {
    return new Error(
      `The API answered ${response.status}: the token is missing, has expired, or is not for this API`,
    );
  }
  const text = await response.text();
  try {
    const { detail, message } = JSON.parse(text) as { detail?: unknown; message?: unknown };
    return new Error(`The API answered ${response.status}: ${detail ?? message}`);
  } catch {
    return new Error(`The API answered ${response.status}: ${text.slice(0, 200)}`);
  }
};

const wait = (ms: number, signal: AbortSignal): Promise<void> =>
  new Promise((resolve, reject) => {
    const timer = setTimeout(resolve, ms);
    signal.addEventListener('abort', () => {
      clearTimeout(timer);
      reject(signal.reason);
    });
  });

const post = async (body: string, token: string, signal: AbortSignal): Promise<BatchReply> => {
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
  for (let tries = 1; ; tries++) {
    const response = await fetch('/classify', { method: 'POST', headers, body, signal });
    if (response.ok) return (await response.json()) as BatchReply;
    const isPassing = response.status === 429 || response.status === 503;
    if (!isPassing || tries === TRIES) throw await refusalOf(response);
    await wait(WAIT_MS * tries, signal);
  }
};

/**
 * Labels pictures by a deployed API, in calls of as many as one takes, and tells of each when it is answered.
 *
 * @throws Error in the API's words, for the first call that it does not take; AbortError when it is stopped
 */
export const runDeployed = async (
  chosen: readonly Chosen[],
  settings: Settings,
  {
    setup,
    token,
    signal,
    onEvent,
  }: {
    readonly setup: DeployedSetup;
    readonly token: string;
    readonly signal: AbortSignal;
    readonly onEvent: (event: PageEvent) => void;
  },
): Promise<void> => {
  const startedMs = Date.now();
  const sinceStart = () => Date.now() - startedMs;
  const calls = cutIntoCalls(chosen.map(charactersOf));
  const atOnce = Math.min(CALLS, calls.length, settings.slots);
  const options = {
    ...{ topK: 5, onError: 'collect', receipts: true },
    ...{ maxWorkPerRequest: settings.maxWork, numParallelRequests: settings.parallel },
    slots: Math.floor(settings.slots / atOnce),
  };
  const failed = new AbortController();
  const stop = AbortSignal.any([signal, failed.signal]);
  const answered: AnsweredCall[] = [];
  onEvent({ kind: 'started', rootRequestId: '', startedMs });

  const call = async (indexes: readonly number[], number: number): Promise<void> => {
    const sent: { index: number; image: string; name: string }[] = [];
    for (const index of indexes) {
      const one = chosen[index];
      if (!one) continue;
      try {
        sent.push({ index, image: await referenceOf(one), name: one.name });
      } catch {
        const message = `Expected a picture of at most ${FILE_MAX_BYTES} bytes, or one that this browser can make smaller.`;
        const item = { name: one.name, answers: [], error: { name: 'ImageTooLargeError', message } };
        onEvent({ kind: 'item', index, item });
      }
    }
    if (sent.length === 0) return;
    const begin = sinceStart();
    onEvent({
      kind: 'invocation',
      id: rootId(number),
      invocation: {
        ...{ path: String(number), attempt: 0, environment: '', cold: false, span: [begin, begin] },
        ...{ ownWork: [], items: sent.length, outcome: 'running' },
      },
    });
    const images = sent.map(({ image }) => image);
    const reply = await post(JSON.stringify({ images, options }), token, stop);
    const indexesSent = sent.map(({ index }) => index);
    const names = sent.map(({ name }) => name);
    const one = { number, indexes: indexesSent, names, span: [begin, sinceStart()] as const, reply };
    answered.push(one);
    for (const event of eventsOf(one, settings.model, startedMs)) onEvent(event);
  };

  const left = [...calls.entries()];
  const worker = async (): Promise<void> => {
    for (let next = left.shift(); next !== undefined; next = left.shift()) await call(next[1], next[0]);
  };
  try {
    await Promise.all(Array.from({ length: atOnce }, worker));
  } catch (error) {
    failed.abort(error);
    throw error;
  }
  const whole = { elapsedMs: sinceStart(), title: 'droste classify', price: setup.price };
  onEvent({
    kind: 'ended',
    run: wholeOf(
      answered.toSorted((a, b) => a.number - b.number),
      startedMs,
      whole,
    ),
  });
};
