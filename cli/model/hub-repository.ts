import { text } from 'node:stream/consumers';
import * as z from 'zod';
import { ModelLoadError } from '../../platform/errors.ts';
import { ask, failureOf } from './ask.ts';
import type { Hub } from './hub.ts';
import { type TryOptions, tryAgain } from './try-again.ts';
import type { Web } from './web.ts';

const hex = (digits: number) => z.string().regex(new RegExp(`^[0-9a-f]{${digits}}$`));

/** What is read of a repository's description; Hugging Face documents more. */
const schema = z.object({
  sha: hex(40).nullish(),
  cardData: z.object({ license: z.union([z.string(), z.array(z.string())]).nullish() }).nullish(),
  tags: z.array(z.string()).nullish(),
  siblings: z.array(
    z.object({
      rfilename: z.string(),
      size: z.int().nonnegative().nullish(),
      blobId: hex(40).nullish(),
      lfs: z.object({ sha256: hex(64), size: z.int().nonnegative() }).nullish(),
    }),
  ),
});

/** A repository of the hub, as its API describes it. */
export type HubRepository = z.output<typeof schema>;

const parse = (content: string, url: string): HubRepository => {
  try {
    return schema.parse(JSON.parse(content));
  } catch (cause) {
    const why = cause instanceof z.ZodError ? z.prettifyError(cause) : cause;
    throw new ModelLoadError(`${url}: expected the description of a repository, received: ${why}`, { cause });
  }
};

/**
 * Asks the hub what a repository holds, with sizes and digests.
 *
 * @param name `owner/name`
 * @throws InvalidRequestError where there is none that may be read, ModelLoadError where the hub fails
 */
export const readRepository = async (
  name: string,
  { endpoint, headers }: Hub,
  { web, ...options }: TryOptions & { readonly web: Web },
): Promise<HubRepository> => {
  const url = `${endpoint}/api/models/${name}?blobs=true`;
  const request = { url, headers, signal: options.signal };
  const content = await tryAgain<string>(
    url,
    async () => {
      const asked = await ask(web, request, [200]);
      if ('again' in asked) return asked;
      try {
        return { done: await text(asked.answer.body) };
      } catch (failure) {
        return failureOf(web, request, failure);
      }
    },
    options,
  );
  return parse(content, url);
};

/** The licence that the card or the tags state: an SPDX identifier in lower case, or Hugging Face's own (`other`). */
export const licenceOf = ({ cardData, tags }: HubRepository): string | undefined => {
  const stated = [cardData?.license ?? []].flat().join(', ');
  return stated || tags?.find((tag) => tag.startsWith('license:'))?.slice('license:'.length);
};
