import * as z from 'zod';
import { faultsOf, InvalidRequestError, quote } from '../../platform/index.ts';
import type { Target, Targets } from '../targets.ts';

/** One function of a request: under which name it answers, and how it is called. */
export interface Callee {
  /** As the request calls it; its key in the reply. */
  readonly name: string;
  readonly target: Target;
  /** The function's own options; it checks them itself. */
  readonly options: Readonly<Record<string, unknown>>;
}

/** One batch, and the functions it goes through. */
export interface OrchestrateRequest {
  /** `image` or `item`, as the items stand in the reply. */
  readonly itemKey: 'image' | 'item';
  readonly items: readonly unknown[];
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
  z.strictObject({ function: z.string(), options: z.record(z.string(), z.unknown()).optional() }),
]);

const positive = z.number().int().min(1);

/** A letter first: JSON objects keep the order of their keys unless a key is a whole number. */
const namePattern = /^[A-Za-z][\w-]{0,63}$/;

/** Functions of one request: each is a batch of its own, all of them share the calls and the slots of one. */
const MAX_FUNCTIONS = 64;

type Given = { readonly functions: object };

const requestSchema = z
  .strictObject({
    images: z.array(z.unknown()).optional(),
    items: z.array(z.unknown()).optional(),
    functions: z.record(z.string().regex(namePattern), partSchema),
    options: z
      .strictObject({
        onError: z.enum(['raise', 'collect']).optional(),
        calls: positive.optional(),
        deadlineMs: positive.optional(),
      })
      .optional(),
  })
  .refine(({ images, items }) => (images === undefined) !== (items === undefined), {
    message: 'expected either images or items',
  })
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
  return { name, target, options };
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
  const { images, items, functions, options = {} } = parsed.data;
  return {
    itemKey: images ? 'image' : 'item',
    items: images ?? items ?? [],
    parts: Object.entries(functions).map(([name, part]) => readPart(name, part, targets)),
    onError: options.onError ?? 'raise',
    calls: options.calls,
    deadlineMs: options.deadlineMs,
  };
};
