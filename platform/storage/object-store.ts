/**
 * Where invocations of one tree put things aside for each other. Keys are paths of letters, digits, `.`, `_`, `-` and
 * `/`; an object is there whole or not at all; what is put expires by the store's own rule.
 */
export interface ObjectStore {
  /** Where it is, for messages: `s3://bucket/prefix`, `file:///folder`, `memory:`. */
  readonly location: string;
  put(key: string, content: Uint8Array): Promise<void>;
  /** The content, or undefined where there is no such object. */
  get(key: string): Promise<Uint8Array | undefined>;
  has(key: string): Promise<boolean>;
  /** The keys that begin with a prefix ending in `/`, in any order. */
  list(prefix: string): Promise<readonly string[]>;
}
