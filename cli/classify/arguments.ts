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
  readonly http: boolean;
  readonly verbose: boolean;
}
