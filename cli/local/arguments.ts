/** The command line of `droste local`, parsed. */
export interface LocalArguments {
  readonly model: string;
  /** Of the HTTP API; 0 for any free one. */
  readonly port: number;
  /** Of the Invoke API; 0 for any free one. */
  readonly invokePort: number;
  /** Execution environments; default: cores. */
  readonly concurrency?: number;
  /** Run the bundle instead of the source. */
  readonly bundle: boolean;
  readonly http: boolean;
  /** Whether the function is given the credentials of whoever runs the command. */
  readonly s3: boolean;
  readonly verbose: boolean;
}
