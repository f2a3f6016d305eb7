import type { ItemContext } from '../../engine/index.ts';
import {
  aboutPicture,
  type DecodeLimits,
  type Decoding,
  freeBytes,
  type PixelPlan,
  type Pixels,
  parseReference,
} from '../../images/index.ts';
import { decodePixels, previewOf } from '../../images/sharp.ts';
import type { Sources } from '../../images/sources/index.ts';
import { ModelLoadError } from '../../platform/index.ts';
import { timed } from '../timed.ts';
import type { Answer } from './core/answer.ts';
import type { ClassifyOptions } from './definition.ts';
import type { Classifier } from './model/classifier.ts';
import type { Models } from './models.ts';

/** A picture as each of the models wants it, in their order; the same pixels where they want it in the same way. */
export interface DecodedPicture {
  readonly reference: string;
  readonly pixels: readonly Pixels[];
}

/** Makes of a picture what the models take, unless that is done already. Its errors name the picture. */
export type Decode = (
  picture: string | DecodedPicture,
  context: Pick<ItemContext<ClassifyOptions>, 'options' | 'signal' | 'note'>,
) => Promise<DecodedPicture>;

/** The memory of a decoded picture's pixels, each once: models that want the same pixels share them. */
export const memoryOf = (picture: string | DecodedPicture): readonly ArrayBuffer[] => {
  if (typeof picture === 'string') return [];
  const memory = new Set(picture.pixels.map(({ data }) => data.buffer));
  return [...memory].filter((buffer) => buffer instanceof ArrayBuffer);
};

/** What decoding takes. */
export interface DecodeDeps {
  readonly models: Models;
  readonly sources: Sources;
  /** Largest picture, in pixels. */
  readonly limits: DecodeLimits;
}

/** What classifying takes. */
export interface ClassifyDeps {
  readonly models: Models;
  readonly decode: Decode;
  /** Told when a graph that had loaded failed on a picture. */
  readonly onNativeFailure: () => void;
}

/** Decodes a picture once for each way in which its models want it. */
const decodeOnce = (bytes: Uint8Array, limits: DecodeLimits) => {
  const decoded = new Map<string, Promise<Pixels>>();
  return (plan: PixelPlan): Promise<Pixels> => {
    const key = JSON.stringify(plan);
    const pixels = decoded.get(key) ?? decodePixels(bytes, plan, limits);
    decoded.set(key, pixels);
    return pixels;
  };
};

/** The model's plan, with what of decoding the request says; every default said, in one order: equal plans look equal. */
const asRequested = (plan: PixelPlan, { icc, exif, alpha, preprocess }: Decoding): PixelPlan => ({
  ...(plan.resize && { resize: plan.resize }),
  ...(plan.crop && { crop: plan.crop }),
  filter: plan.filter,
  channels: plan.channels,
  rounding: plan.rounding ?? 'transformers',
  icc: icc ?? plan.icc ?? 'ignore',
  exif: exif ?? plan.exif ?? true,
  alpha: alpha ?? plan.alpha ?? 'white',
  preprocess: preprocess ?? plan.preprocess ?? 'auto',
});

/** A graph that has run before and fails now has failed in native code. */
const nativeFailure =
  (tell: () => void) =>
  (error: unknown): never => {
    if (error instanceof ModelLoadError) tell();
    throw error;
  };

const classifiersOf = (models: Models, names: ClassifyOptions['models']): Promise<readonly Classifier[]> =>
  Promise.all(names ? names.map((name) => models.named(name)) : [models.default()]);

/** Makes the first step: it fetches and decodes. Downloads wait outside the CPU, sharp decodes on libuv's threads. */
export const createDecode =
  ({ models, sources, limits }: DecodeDeps): Decode =>
  async (picture, { options, signal, note }) => {
    if (typeof picture !== 'string') return picture;
    try {
      const reference = parseReference(picture);
      // a model that cannot be loaded is no reason to fetch anything
      const classifiers = await classifiersOf(models, options.models);
      const bytes = await timed(note, 'fetch', () => sources.fetch(reference, { signal }));
      const decode = decodeOnce(bytes, { ...limits, signal });
      const pixels = await Promise.all(
        classifiers.map(({ plan }) => timed(note, 'decode', () => decode(asRequested(plan, options)))),
      );
      const [seen] = pixels;
      if (options.preview && seen) {
        const { resize, crop } = classifiers[0]?.plan ?? {};
        const isSquashed = crop === undefined && resize !== undefined && 'width' in resize;
        const preview = await previewOf(seen, isSquashed ? bytes : undefined);
        if (preview !== undefined) note('preview', preview);
      }
      freeBytes(bytes);
      return { reference: picture, pixels };
    } catch (error) {
      throw aboutPicture(picture, error);
    }
  };

/**
 * Makes the function of one picture: fetches and decodes it, where that is not done, and classifies it. Pictures under
 * way at the same time overlap, except in inference, which holds the thread it is in. Once all models have answered, the
 * memory of the pixels is freed: no classifier may keep them.
 */
export const createClassify =
  ({ models, decode, onNativeFailure }: ClassifyDeps) =>
  async (
    picture: string | DecodedPicture,
    { options, signal, note, identify }: ItemContext<ClassifyOptions>,
  ): Promise<Answer | Readonly<Record<string, Answer>>> => {
    const { models: names } = options;
    const { reference, pixels } = await decode(picture, { options, signal, note });
    try {
      const classifiers = await classifiersOf(models, names);
      signal.throwIfAborted();
      const classifyWith = (classifier: Classifier, index: number): Promise<Answer> => {
        const infer = () => classifier.answer(pixels[index] as Pixels, options);
        return timed(note, 'infer', infer).catch(nativeFailure(onNativeFailure));
      };
      const results = await Promise.all(classifiers.map(classifyWith));
      // models that want the same pixels share them
      for (const data of new Set(pixels.map((seen) => seen.data))) freeBytes(data);
      identify('model', classifiers.map(({ sha256 }) => sha256).join(' '));
      const [only] = results;
      if (!names && only) return only;
      return Object.fromEntries(results.map((result, index) => [names?.[index], result]));
    } catch (error) {
      throw aboutPicture(reference, error);
    }
  };
