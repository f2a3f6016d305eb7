import type { OptionsOf, OptionsShape } from '../engine/index.ts';

/**
 * One function, described once: its handler, bundle, stack, local host, HTTP route and command read this. A definition
 * imports neither sharp nor ONNX Runtime nor the CDK, since all of those places load it.
 */
export interface FunctionDefinition<Shape extends OptionsShape = OptionsShape> {
  /** Of its folder beside this file, its HTTP route (`POST /<name>`), its command, and the function on the local host. */
  readonly name: string;
  /** What it does, for consoles and help. */
  readonly description: string;
  /** What an item is called in requests and results; undefined where a function has a request form of its own. */
  readonly itemKey: string | undefined;
  /** Its own options, beside those of every tree. */
  readonly options: Shape;
  /**
   * Refuses options, each of which is right, that mean nothing beside each other: before a batch, where somebody sets
   * them for all batches to come. @throws InvalidRequestError
   */
  checkOptions?(options: OptionsOf<Shape>): void;
  /**
   * What it invokes: itself, for the items that are not its own work, with a store for what is too large to send; or
   * those of the others that do (`FUNCTIONS`), as its requests name them.
   */
  readonly invokes: 'itself' | 'others';
  /** Whether requests name pictures, which it reads from the buckets that a deploy names. */
  readonly readsImages: boolean;
  /** Whether it answers with a model (`MODEL`), and which models of the repository travel with its code. */
  readonly models: { readonly embedded: readonly string[] } | undefined;
  /** Prefix in the bucket below which it puts what it makes (`OUTPUT`); undefined where everything is in the answer. */
  readonly outputPrefix: string | undefined;
}
