import * as z from 'zod';
import { readManifestSource, readPrefixSource } from '../../engine/driver.ts';
import { faultsOf, InvalidRequestError, isRecord, quote } from '../../platform/index.ts';
import type { Target, Targets } from '../targets.ts';

/** One function of a request: under which name it answers, and how it is called. */
export interface Callee {
  /** As the request calls it; its key in the reply. */
  readonly name: string;
  /** As the allow-list calls it: `classify`. */
  readonly function: string;
  readonly target: Target;
  /** The function's own options; it checks them itself. */
  readonly options: Readonly<Record<string, unknown>>;
}

/** A list of items, as the request names it; the functions read it. */
export type ListBatch = { readonly manifest: unknown } | { readonly prefix: unknown };

/** One batch, and the functions it goes through. */
export interface OrchestrateRequest {
  /** `image` or `item`, as the items stand in the reply. */
  readonly itemKey: 'image' | 'item';
  /** None where there is a list. */
  readonly items: readonly unknown[];
  readonly list: ListBatch | undefined;
  /** Of a list: what the functions' batches are called before their names. Default: the id of the request. */
  readonly resume: string | undefined;
  /** In the order of the request. */
  readonly parts: readonly Callee[];
  /** The first error of any function is thrown, or each function answers for itself. */
  readonly onError: 'raise' | 'collect';
  /** Calls open at once; at most what is configured. */
  readonly calls: number | undefined;
  /** Epoch ms. */
  readonly deadlineMs: number | undefined;
}

/** What orchestrate decides for all functions; one of them could not have it otherwise. */
const reserved = ['onError', 'deadlineMs', 'resume', 'slots'] as const;

const partSchema = z.union([
  z.string(),
  // as they are: the function itself refuses what it does not know, and a record would leave `__proto__` out
  z.strictObject({
    function: z.string(),
    options: z.custom<Readonly<Record<string, unknown>>>(isRecord, 'expected an object').optional(),
  }),
]);

const positive = z.number().int().min(1);

/** A letter first: JSON objects keep the order of their keys unless a key is a whole number. */
const namePattern = /^[A-Za-z][\w-]{0,63}$/;

const NAME_EXPECTED = 'expected a letter, then at most 63 letters, digits, _ and -';

const nameError = ({ code }: { readonly code?: string | undefined }) =>
  code === 'invalid_key' ? NAME_EXPECTED : undefined;

/** Functions of one request: each is a batch of its own, all of them share the calls and the slots of one. */
const MAX_FUNCTIONS = 64;

const batchKeys = ['images', 'items', 'manifest', 'prefix'] as const;

type Given = { readonly functions: object };

const requestSchema = z
  .strictObject({
    images: z.array(z.unknown()).optional(),
    items: z.array(z.unknown()).optional(),
    manifest: z.unknown().optional(),
    prefix: z.unknown().optional(),
    // a record leaves that name out, whatever its keys have to be
    functions: z
      .custom(
        (given) => !isRecord(given) || !Object.hasOwn(given, '__proto__'),
        `__proto__: ${NAME_EXPECTED}`,
      )
      .pipe(z.record(z.string().regex(namePattern), partSchema, { error: nameError })),
    options: z
      .strictObject({
        onError: z.enum(['raise', 'collect']).optional(),
        calls: positive.optional(),
        deadlineMs: positive.optional(),
        resume: z
          .string()
          .regex(/^[A-Za-z0-9][\w.-]{0,99}$/, 'expected the name of a batch')
          .optional(),
      })
      .optional(),
  })
  .refine((given) => batchKeys.filter((key) => given[key] !== undefined).length === 1, {
    message: 'expected one of images, items, manifest and prefix',
  })
  .refine(
    ({ manifest, prefix, options }) => (manifest ?? prefix) !== undefined || options?.resume === undefined,
    {
      message: 'expected only with a manifest or a prefix',
      path: ['options', 'resume'],
    },
  )
  .refine(({ functions }) => Object.keys(functions).length > 0, {
    message: 'expected one function or more',
    path: ['functions'],
  })
  .refine(({ functions }) => Object.keys(functions).length <= MAX_FUNCTIONS, {
    error: ({ input }) =>
      `expected at most ${MAX_FUNCTIONS} functions, received ${Object.keys((input as Given).functions).length}`,
    path: ['functions'],
  });

const form =
  '{"images": […], "functions": {"labels": "classify", "thumbs": {"function": "thumbnail", "options": {…}}}, "options": {…}}';

const readPart = (name: string, given: z.infer<typeof partSchema>, targets: Targets): Callee => {
  const { function: called, options = {} } = typeof given === 'string' ? { function: given } : given;
  const target = targets.get(called);
  if (!target) {
    throw new InvalidRequestError(
      `functions.${name}: expected one of ${[...targets.keys()].join(', ')}, received ${quote(called)}`,
    );
  }
  const taken = reserved.find((key) => Object.hasOwn(options, key));
  if (taken) {
    throw new InvalidRequestError(
      `functions.${name}.options: ${taken} is not one function's to decide; expected it in options, or not at all`,
    );
  }
  return { name, function: called, target, options };
};

/** Checked before anybody is called, and passed on as it is. @throws InvalidRequestError for one that is none. */
const listOf = (manifest: unknown, prefix: unknown): ListBatch | undefined => {
  if (manifest !== undefined) {
    readManifestSource(manifest);
    return { manifest };
  }
  if (prefix === undefined) return undefined;
  readPrefixSource(prefix);
  return { prefix };
};

/**
 * Reads a request: a batch, and the functions it goes through by the names of the allow-list.
 *
 * @throws InvalidRequestError for everything it does not know, and for a function that is not on the list.
 */
export const readOrchestrateRequest = (event: unknown, targets: Targets): OrchestrateRequest => {
  const parsed = requestSchema.safeParse(event);
  if (!parsed.success) {
    throw new InvalidRequestError(`Expected ${form}: ${faultsOf(parsed.error.issues)}`);
  }
  const { images, items, manifest, prefix, functions, options = {} } = parsed.data;
  return {
    itemKey: images ? 'image' : 'item',
    items: images ?? items ?? [],
    list: listOf(manifest, prefix),
    resume: options.resume,
    parts: Object.entries(functions).map(([name, part]) => readPart(name, part, targets)),
    onError: options.onError ?? 'raise',
    calls: options.calls,
    deadlineMs: options.deadlineMs,
  };
};
