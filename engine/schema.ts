import type { StandardSchemaV1 } from '@standard-schema/spec';
import { ConfigurationError } from '../platform/index.ts';

/** What says which values are right, by any library that speaks Standard Schema: Zod, Valibot, ArkType, … */
export type Schema<Given = unknown, Value = Given> = StandardSchemaV1<Given, Value>;

/** The options of a function, each by its name with what it has to be. */
export type OptionsShape = Readonly<Record<string, Schema>>;

/** Names of the properties that may be left out: those of which `undefined` is a value. */
type OptionalNames<Properties> = {
  [Name in keyof Properties]: undefined extends Properties[Name] ? Name : never;
}[keyof Properties];

/** Properties as an object has them: what may be undefined may be absent. */
type Properties<All> = { readonly [Name in Exclude<keyof All, OptionalNames<All>>]: All[Name] } & {
  readonly [Name in OptionalNames<All>]?: All[Name];
};

/** The options as the work function is given them. */
export type OptionsOf<Shape extends OptionsShape> = Properties<{
  [Name in keyof Shape]: StandardSchemaV1.InferOutput<Shape[Name]>;
}>;

/** The options as a caller writes them: before defaults and transforms. */
export type GivenOptionsOf<Shape extends OptionsShape> = Properties<{
  [Name in keyof Shape]: StandardSchemaV1.InferInput<Shape[Name]>;
}>;

/** What became of a value: read, or what is wrong with it and where inside. */
export type Validated<Value> =
  | { readonly value: Value }
  | { readonly issues: readonly { readonly message: string; readonly path: readonly string[] }[] };

/**
 * Reads a value by a schema.
 *
 * @throws ConfigurationError for a schema that answers later: a million items would be a million promises
 */
export const validate = <Value>(schema: Schema<unknown, Value>, given: unknown): Validated<Value> => {
  const result = schema['~standard'].validate(given);
  if (result instanceof Promise) {
    result.catch(() => {});
    throw new ConfigurationError(
      `Expected a schema that answers at once, received one of ${schema['~standard'].vendor} that answers with a promise`,
    );
  }
  if (!result.issues) return { value: result.value };
  const issues = result.issues.map(({ message, path = [] }) => ({
    message,
    path: path.map((segment) => String(typeof segment === 'object' ? segment.key : segment)),
  }));
  return { issues };
};

const isSchema = (value: unknown): value is Schema =>
  (typeof value === 'object' || typeof value === 'function') && value !== null && '~standard' in value;

/**
 * Refuses what is no schema before the first request comes.
 *
 * @throws ConfigurationError that names the option, or the item
 */
export const checkSchemas = (item: unknown, options: Readonly<Record<string, unknown>>): void => {
  if (isSchema(options)) {
    throw new ConfigurationError(
      'options: expected a schema for each option by its name, received one schema',
    );
  }
  const named = Object.entries(options).map(([name, schema]) => [`options.${name}`, schema] as const);
  for (const [name, schema] of [['item', item] as const, ...named]) {
    if (isSchema(schema)) continue;
    throw new ConfigurationError(`${name}: expected a Standard Schema, received ${typeof schema}`);
  }
};
