/** The command line of `droste classify`, parsed; what is absent has a default that depends on the rest. */
export interface ClassifyArguments {
  readonly inputs: readonly string[];
  readonly model: string;
  /** 1 to 100. */
  readonly top?: number;
  readonly json: boolean;
  readonly onError: 'raise' | 'collect';
  readonly maxWork?: number;
  readonly parallel?: number;
  readonly slots?: number;
  /** Execution environments. */
  readonly concurrency?: number;
  /** A deployed function to run on, instead of a local host. */
  readonly function?: string;
  readonly profile?: string;
  readonly region?: string;
  readonly endpointUrl?: string;
  /** Run the bundle instead of the source. */
  readonly bundle: boolean;
  readonly http: boolean;
  readonly verbose: boolean;
}
