import type { Distribution } from './distribution.ts';
import type { Form } from './form.ts';
import type { SimulationInput } from './simulation.ts';

/** One option of the command, both ways: an input as its text, and a text put into an input. */
export interface Flag {
  readonly name: string;
  readonly value: string;
  readonly help: string;
  /** Undefined where the input has nothing to say. */
  show(input: SimulationInput): string | undefined;
  /** @throws InvalidRequestError for a text that is not what is expected */
  put(input: SimulationInput, text: string): SimulationInput;
}

/** Values that are one to an option, whatever they are made of. */
type Whole = string | number | readonly unknown[] | Distribution | undefined;

/** Places in an input, by the names that lead there. */
type Place<In> = {
  [Name in keyof In & string]: In[Name] extends Whole ? Name : Name | `${Name}.${Place<In[Name]>}`;
}[keyof In & string];

type At<In, Where extends string> = Where extends `${infer Name}.${infer Rest}`
  ? Name extends keyof In
    ? At<In[Name], Rest>
    : never
  : Where extends keyof In
    ? NonNullable<In[Where]>
    : never;

type Fields = Readonly<Record<string, unknown>>;

const putAt = (input: Fields, [name = '', ...rest]: readonly string[], value: unknown): Fields => ({
  ...input,
  [name]: rest.length === 0 ? value : putAt(input[name] as Fields, rest, value),
});

/** The option of a place in the input. */
export const flag = <Where extends Place<SimulationInput>>(
  name: string,
  where: Where,
  form: Form<At<SimulationInput, Where>>,
  help: string,
): Flag => {
  const place = where.split('.');
  return {
    ...{ name, help, value: form.value },
    show: (input) => {
      const value = place.reduce<unknown>((within, key) => (within as Fields)[key], input);
      return value === undefined ? undefined : form.show(value as At<SimulationInput, Where>);
    },
    put: (input, text) =>
      putAt(input as unknown as Fields, place, form.read(text, name)) as unknown as SimulationInput,
  };
};
