import { InvalidRequestError, ModelLoadError } from '../../platform/errors.ts';
import type { Again } from './try-again.ts';
import type { Web, WebAnswer, WebRequest } from './web.ts';

/** Statuses that pass: too many requests, and the server's own troubles. */
const isPassingStatus = (status: number): boolean => status === 408 || status === 429 || status >= 500;

const secondsOf = (answer: WebAnswer): number => Number(answer.header('retry-after') ?? 0) || 0;

/** Why a permanent refusal was given, and what helps. */
const refusal = (url: string, answer: WebAnswer): Error => {
  const { status } = answer;
  const code = answer.header('x-error-code');
  if (status === 404 || code === 'RepoNotFound') {
    return new InvalidRequestError(`${url}: expected a model there, received ${status}: there is none`);
  }
  if (status === 401 || status === 403) {
    return new InvalidRequestError(
      `${url}: expected content that anybody may read, received ${status}: ` +
        (code === 'GatedRepo'
          ? "the model is gated. Accept its terms on the model's page, and set HF_TOKEN to a token that may read it"
          : 'there is no such model, or it is private or gated (then set HF_TOKEN to a token that may read it)'),
    );
  }
  return new ModelLoadError(`${url}: expected content, received status ${status}`);
};

/** An answer that has content, or a failure that may pass. */
export type Asked = { readonly answer: WebAnswer } | Again;

/**
 * Asks once.
 *
 * @param accepted statuses that are answers; all others are failures
 * @throws InvalidRequestError for what is not there or may not be read, ModelLoadError for other refusals, and what
 *   the transport throws if it does not pass
 */
export const ask = async (web: Web, request: WebRequest, accepted: readonly number[]): Promise<Asked> => {
  const answer = await web.get(request).catch((failure: unknown) => failureOf(web, request, failure));
  if ('again' in answer) return answer;
  if (accepted.includes(answer.status)) return { answer };
  answer.discard();
  if (!isPassingStatus(answer.status)) throw refusal(request.url, answer);
  return { again: `status ${answer.status}`, afterMs: secondsOf(answer) * 1000 };
};

/**
 * What a failure of the transport means: another try, if it may pass.
 *
 * @throws ModelLoadError if it does not; the signal's reason, if that is the failure
 */
export const failureOf = (web: Web, { url, signal }: WebRequest, failure: unknown): Again => {
  signal.throwIfAborted();
  const why = failure instanceof Error ? failure.message : String(failure);
  if (web.isPassing(failure)) return { again: why, cause: failure };
  throw new ModelLoadError(`${url}: expected content, received ${why}`, { cause: failure });
};
